// `reorder`: places of nodes under one parent. Every row touched is updated under the update rules.
import { DBALError, invalid, type Row, type Value, isPlainObject } from '@proj/dbal-contract'
import type { Entity, Field, TreeShape } from '@proj/dbal-schema'
import type { BuiltInHandler, OperationContext } from '../operation/operation-context.ts'
import { LIMITS } from '../query/limits.ts'
import { inTransaction } from '../write/in-transaction.ts'
import { updateRow } from '../write/update-row.ts'
import {
  answerNodes,
  keyOfNode,
  loadNode,
  nodeKey,
  ownerOf,
  placeValue,
  rootFields,
  showsFields,
  treeOf,
} from './tree-nodes.ts'

/** Takes its one list input `[{ id, order }]`, all under one parent. */
export const reorder: BuiltInHandler = (context, input) => {
  const { entity } = context
  const tree = treeOf(entity)
  const field = orderField(entity, tree)
  const name = Object.keys(input).find((key) => Array.isArray(input[key])) ?? 'items'
  const items = readItems(input[name], name, entity, field)
  return inTransaction(context, async (inner) => {
    const nodes: Row[] = []
    for (const { id } of items) nodes.push(await loadNode(inner, tree, id))
    const key = nodeKey(entity)
    if (new Set(nodes.map((node) => node[key])).size < nodes.length) {
      throw invalid([{ field: name, error: 'names a record twice' }])
    }
    const parents = nodes.map((node) => `${String(node[tree.parentField])}|${ownerOf(tree, node)}`)
    if (new Set(parents).size > 1 || !(await arePlaced(inner, tree, nodes))) {
      throw invalid([{ field: name, error: 'must all be under one parent' }])
    }
    const updated: Row[] = []
    for (const [i, { place }] of items.entries()) {
      const change = { [field.name]: place }
      updated.push(await updateRow(inner, keyOfNode(entity, nodes[i]?.[key]), change))
    }
    return answerNodes(inner, updated)
  })
}

/** Of one node alone nothing is told. */
async function arePlaced(
  context: OperationContext,
  tree: TreeShape,
  nodes: readonly Row[],
): Promise<boolean> {
  if (nodes.length < 2) return true
  for (const node of nodes) {
    const parent = node[tree.parentField] as Value
    const fields = [tree.parentField, ...rootFields(tree, parent)]
    if (!(await showsFields(context, node, fields))) return false
  }
  return true
}

function orderField(entity: Entity, tree: TreeShape): Field {
  const field = entity.fields.get(tree.orderField ?? '')
  if (field !== undefined) return field
  throw new DBALError('INTERNAL_ERROR', {
    details: { reason: `${entity.name} has no order field` },
  })
}

function readItems(
  value: unknown,
  path: string,
  entity: Entity,
  field: Field,
): readonly { readonly id: unknown; readonly place: Value }[] {
  const key = nodeKey(entity)
  if (!Array.isArray(value)) throw invalid([{ field: path, error: 'is required' }])
  if (value.length > LIMITS.treeNodes) {
    throw invalid([{ field: path, error: `has more than ${LIMITS.treeNodes} items` }])
  }
  return value.map((item: unknown, i) => {
    const at = `${path}[${i}]`
    const isItem =
      isPlainObject(item) &&
      item[key] !== undefined &&
      Object.keys(item).every((name) => name === key || name === 'order')
    if (!isItem) throw invalid([{ field: at, error: `must be { ${key}, order }` }])
    return { id: item[key], place: placeValue(field, item['order'], `${at}.order`) }
  })
}
