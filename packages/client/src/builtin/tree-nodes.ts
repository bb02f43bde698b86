// Nodes of a tree as `reorder` and `move` need them: their places, and whether the caller may know them (TREE-9).
import {
  canonicalValue,
  DBALError,
  invalid,
  type ResultRow,
  type Row,
  type Value,
} from '@proj/dbal-contract'
import { byKeyQuery, lookUpQuery, matchFields } from '@proj/dbal-policy'
import type { Entity, Field, QueryPredicate, TreeShape } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import { keyValues } from '../query/row-key.ts'
import { template } from '../query/template.ts'

/** Throws when the entity has no self foreign key. */
export function treeOf(entity: Entity): TreeShape {
  if (entity.tree !== undefined) return entity.tree
  throw new DBALError('INTERNAL_ERROR', { details: { reason: `${entity.name} is no tree` } })
}

/** The field that names a node. */
export function nodeKey(entity: Entity): string {
  return entity.primaryKey[0] ?? 'id'
}

export function keyOfNode(entity: Entity, id: unknown): Readonly<Record<string, unknown>> {
  return { [nodeKey(entity)]: id }
}

/** Siblings by the order field, then by key. */
export function siblingSort(entity: Entity, tree: TreeShape) {
  return [tree.orderField, ...entity.primaryKey].flatMap((name) => {
    const field = entity.fields.get(name ?? '')
    if (field === undefined) return []
    const operand = { kind: 'field', path: [], field: field.name, type: field.type } as const
    return [{ operand, direction: 'asc', nulls: 'last' } as const]
  })
}

/** Throws NOT_FOUND for a node that is absent, hidden, or named by something else than a key. */
export async function loadNode(
  { entity, store }: OperationContext,
  tree: TreeShape,
  id: unknown,
): Promise<Row> {
  const key = nodeKey(entity)
  const query = lookUpQuery(entity, [key], nodeFields(entity, tree))
  const [row] = await store.find(query, keyValues(entity, [key], { [key]: id }), true)
  if (row === undefined) throw new DBALError('NOT_FOUND')
  return row
}

/** Whether the caller may read these fields of the node. */
export async function showsFields(
  { entity, store }: OperationContext,
  node: Row,
  fields: readonly string[],
): Promise<boolean> {
  const query = byKeyQuery(entity, entity.primaryKey)
  const key = entity.primaryKey.map((name) => node[name])
  return (await store.find(query, key, true, fields)).length > 0
}

/** The fields that say what tree a node under this parent is in, where its parent does not. */
export function rootFields({ ownerField }: TreeShape, parent: Value): readonly string[] {
  return parent === null && ownerField !== undefined ? [ownerField] : []
}

/**
 * The nodes under a parent, in their order; the roots of the node's own tree under null. One that the caller
 * does not know to be there is none.
 */
export function loadSiblings(
  context: OperationContext,
  tree: TreeShape,
  node: Row,
  parent: Value,
): Promise<readonly Row[]> {
  const { entity, store } = context
  const isRoot = parent === null
  const owner = tree.ownerField === undefined ? [] : [tree.ownerField]
  const order = tree.orderField === undefined ? [] : [tree.orderField]
  const query = template(
    context,
    isRoot ? 'roots' : 'children',
    () =>
      ({
        kind: 'select',
        entity: entity.name,
        fields: nodeFields(entity, tree),
        where: isRoot
          ? { kind: 'and', terms: [isOrphan(entity, tree), matchFields(entity, owner)] }
          : matchFields(entity, [tree.parentField]),
        sort: siblingSort(entity, tree),
      }) as const,
  )
  const values = isRoot ? owner.map((name) => node[name]) : [parent]
  const shown = [tree.parentField, ...rootFields(tree, parent), ...order]
  return store.find(query, values, true, shown)
}

function isOrphan(entity: Entity, { parentField }: TreeShape): QueryPredicate {
  const { type } = entity.fields.get(parentField) as Field
  return { kind: 'isNull', operand: { kind: 'field', path: [], field: parentField, type } }
}

function nodeFields(entity: Entity, tree: TreeShape): readonly string[] {
  const names = [...entity.primaryKey, tree.parentField, tree.ownerField, tree.orderField]
  return [...new Set(names.filter((name) => name !== undefined))]
}

/** What the node's tree belongs to, as text. */
export function ownerOf(tree: TreeShape, row: Row): string {
  return tree.ownerField === undefined ? '' : String(row[tree.ownerField])
}

/** A place among siblings as the order field stores it. Throws VALIDATION_ERROR. */
export function placeValue(field: Field, place: unknown, path: string): Value {
  const checked = canonicalValue({ ...field, nullable: false }, place)
  if (checked.ok) return checked.value
  throw invalid([{ field: path, error: checked.error }])
}

/** As the spec's `output` says: true, how many, or the rows. */
export async function answerNodes(
  { entity, operation, store }: OperationContext,
  rows: readonly Row[],
): Promise<unknown> {
  const { output } = operation
  if (output.kind === 'scalar') return output.type === 'integer' ? rows.length : true
  const fields = [...entity.fields.keys()]
  const seen: ResultRow[] = []
  for (const row of rows) seen.push(await store.view(entity, row, fields))
  return output.many ? seen : (seen[0] ?? null)
}
