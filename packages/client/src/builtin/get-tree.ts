// `get_tree`: a subtree with its root, or all trees of one owner, as a flat list in pre-order.
import { DBALError, invalid, type ResultRow, type Value } from '@proj/dbal-contract'
import { isAmong, matchFields } from '@proj/dbal-policy'
import type { Entity, TreeShape } from '@proj/dbal-schema'
import type { BuiltInHandler, OperationContext } from '../operation/operation-context.ts'
import { compileSelect } from '../query/compile-selection.ts'
import { LIMITS } from '../query/limits.ts'
import { keyValues } from '../query/row-key.ts'
import { demandValid, newBuilder, template } from '../query/template.ts'
import { nodeKey, siblingSort, treeOf } from './tree-nodes.ts'

export const getTree: BuiltInHandler = async (context, input) => {
  const { entity } = context
  const tree = treeOf(entity)
  const owner = Object.keys(input).find((name) => isOwnerField(entity, tree, name))
  if (owner !== undefined) {
    const rows = await rowsWhere(context, tree, [owner], keyValues(entity, [owner], input))
    return preOrder(entity, tree, rows)
  }
  const [key] = entity.primaryKey
  if (key === undefined || input[key] === undefined) {
    throw invalid([{ field: key ?? 'id', error: 'is required' }])
  }
  return subtree(context, tree, keyValues(entity, [key], input)[0] as Value)
}

function isOwnerField(entity: Entity, tree: TreeShape, name: string): boolean {
  const field = entity.fields.get(name)
  return field?.foreignKey !== undefined && name !== tree.parentField && !field.primary
}

async function rowsWhere(
  context: OperationContext,
  tree: TreeShape,
  fields: readonly string[],
  values: readonly (Value | readonly Value[])[],
  list = false,
): Promise<readonly ResultRow[]> {
  const { entity, store } = context
  const builder = newBuilder(context)
  const select = compileSelect(undefined, entity, builder, 'list')
  demandValid(builder)
  const access = store.access.entity(entity)
  const query = template(
    context,
    `${fields.join()}|${list}`,
    () =>
      ({
        kind: 'select',
        entity: entity.name,
        fields: select,
        where: list ? isAmong(entity, fields[0] ?? '', 0) : matchFields(entity, fields),
        sort: siblingSort(entity, tree).filter(
          ({ operand }) => access.field(operand.field, 'sort') === true,
        ),
        limit: { kind: 'param', index: 1, type: 'integer' },
      }) as const,
  )
  const rows = await store.select(query, [...values, LIMITS.treeNodes + 1])
  if (rows.length > LIMITS.treeNodes) {
    throw new DBALError('VALIDATION_ERROR', {
      details: { reason: `the tree has more than ${LIMITS.treeNodes} nodes` },
    })
  }
  return rows
}

/** Level by level, so the number of statements is the depth. Throws NOT_FOUND for an unknown root. */
async function subtree(
  context: OperationContext,
  tree: TreeShape,
  root: Value,
): Promise<readonly ResultRow[]> {
  const { entity, store } = context
  const key = nodeKey(entity)
  const [first] = await rowsWhere(context, tree, [key], [root])
  if (first === undefined) throw new DBALError('NOT_FOUND')
  const rows = [first]
  const seen = new Set<unknown>([first[key]])
  // To a caller who is shown no parent at all, nothing is below a node.
  const isTree = store.access.entity(entity).field(tree.parentField, 'filter') !== false
  let level: Value[] = isTree ? [first[key] as Value] : []
  while (level.length > 0) {
    const children = await rowsWhere(context, tree, [tree.parentField], [level], true)
    // A row seen before closes a cycle made behind our back; it is not followed again.
    const fresh = children.filter((row) => !seen.has(row[key]))
    for (const row of fresh) seen.add(row[key])
    rows.push(...fresh)
    if (rows.length > LIMITS.treeNodes) {
      throw new DBALError('VALIDATION_ERROR', {
        details: { reason: `the tree has more than ${LIMITS.treeNodes} nodes` },
      })
    }
    level = fresh.map((row) => row[key] as Value)
  }
  return preOrder(entity, tree, rows, first)
}

/** Rows arrive in sibling order; one whose parent is not among them is a root, and so is `root`. */
function preOrder(
  entity: Entity,
  tree: TreeShape,
  rows: readonly ResultRow[],
  root?: ResultRow,
): readonly ResultRow[] {
  const key = nodeKey(entity)
  const present = new Set(rows.map((row) => row[key]))
  const children = new Map<unknown, ResultRow[]>()
  for (const row of rows) {
    const parent = row[tree.parentField]
    const isRoot = row === root || parent === row[key] || !present.has(parent)
    const under = isRoot ? undefined : parent
    const siblings = children.get(under)
    if (siblings === undefined) children.set(under, [row])
    else siblings.push(row)
  }
  const ordered: ResultRow[] = []
  const stack = (children.get(undefined) ?? []).toReversed()
  for (let row = stack.pop(); row !== undefined; row = stack.pop()) {
    ordered.push(row)
    stack.push(...(children.get(row[key]) ?? []).toReversed())
  }
  return ordered
}
