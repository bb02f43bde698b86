// A tree stays one whatever writes the parents: a node above itself would be in no tree at all.
import { invalid, type Row, type SelectQuery, type Value } from '@proj/dbal-contract'
import { matchFields } from '@proj/dbal-policy'
import type { BuiltIn, Entity, TreeShape } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import { LIMITS } from '../query/limits.ts'
import { template } from '../query/template.ts'

const TREE_OPERATIONS: readonly BuiltIn[] = ['get_tree', 'move', 'reorder']

/** The shape of an entity that is asked for as a tree; other references to its own rows may go in circles. */
export function treeToKeep(entity: Entity): TreeShape | undefined {
  const { tree, operations } = entity
  if (tree === undefined) return undefined
  const isTree = [...operations.values()].some(
    ({ builtIn }) => builtIn !== undefined && TREE_OPERATIONS.includes(builtIn),
  )
  return isTree ? tree : undefined
}

/**
 * Asked in the transaction that made these the parents of rows. Every changed row hangs on one of them,
 * so a circle would lead from there back to it. Throws VALIDATION_ERROR.
 */
export async function demandAcyclic(
  context: OperationContext,
  tree: TreeShape,
  parents: ReadonlySet<Value>,
): Promise<void> {
  for (const parent of parents)
    if (await isAbove(context, tree, parent, parent))
      throw invalid([{ field: tree.parentField, error: 'is the node itself or below it' }])
}

/**
 * Whether a way up from the node leads to the other. It looks past the rules: that a place is below the
 * node is told like a key that is taken (ACC-39).
 */
export async function isAbove(
  context: OperationContext,
  tree: TreeShape,
  other: Value,
  node: Value,
): Promise<boolean> {
  let at: Value = node
  // A circle elsewhere on the way, made behind our back, is not this change's.
  for (let depth = 0; depth <= LIMITS.treeNodes; depth += 1) {
    const row = await nodeAt(context, tree, at)
    at = row?.[tree.parentField] ?? null
    if (at === null) return false
    if (at === other) return true
  }
  return false
}

/** Locked where rows can be, so that two moves at once cannot close a circle together. */
async function nodeAt(
  context: OperationContext,
  tree: TreeShape,
  key: Value,
): Promise<Row | undefined> {
  const { entity, store, options } = context
  const target = entity.fields.get(tree.parentField)?.foreignKey?.field ?? entity.primaryKey[0]
  const query = template(context, 'node', (): SelectQuery => ({
    kind: 'select',
    entity: entity.name,
    fields: [tree.parentField],
    where: matchFields(entity, [target ?? '']),
    sort: [],
    forUpdate: true,
  }))
  const { rows } = await store.base.run(query, [key], { signal: options.signal })
  return rows[0] as Row | undefined
}
