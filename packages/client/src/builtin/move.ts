// `move`: a node with its subtree to another place. Every row touched is updated under the update rules.
import { invalid, type Row, type Value } from '@proj/dbal-contract'
import type { Field, TreeShape } from '@proj/dbal-schema'
import type { BuiltInHandler, OperationContext } from '../operation/operation-context.ts'
import { isAbove } from '../write/demand-acyclic.ts'
import { inTransaction } from '../write/in-transaction.ts'
import { updateRow } from '../write/update-row.ts'
import {
  answerNodes,
  keyOfNode,
  loadNode,
  loadSiblings,
  nodeKey,
  ownerOf,
  placeValue,
  rootFields,
  showsFields,
  treeOf,
} from './tree-nodes.ts'

/** Siblings make room. */
export const move: BuiltInHandler = (context, input) => {
  const { entity } = context
  const tree = treeOf(entity)
  const key = nodeKey(entity)
  const parentInput = ['newParentId', 'newParent', 'parentId', tree.parentField].find((name) =>
    Object.hasOwn(input, name),
  )
  return inTransaction(context, async (inner) => {
    const node = await loadNode(inner, tree, input[key])
    const parent =
      parentInput === undefined
        ? (node[tree.parentField] as Value)
        : await legalParent(inner, tree, node, input[parentInput], parentInput)
    // Those beside it would tell of a place that the caller does not know.
    const place = [
      ...(parentInput === undefined ? [tree.parentField] : []),
      ...rootFields(tree, parent),
    ]
    const isKnown = await showsFields(inner, node, place)
    const known = isKnown ? await loadSiblings(inner, tree, node, parent) : []
    const siblings = known.filter((row) => row[key] !== node[key])
    const position = input['order'] ?? input[tree.orderField ?? '']
    return answerNodes(inner, [await putAmong(inner, tree, node, parent, siblings, position)])
  })
}

/** The new parent's key, or null. */
async function legalParent(
  context: OperationContext,
  tree: TreeShape,
  node: Row,
  parentId: unknown,
  path: string,
): Promise<Value> {
  if (parentId === null) return null
  const key = nodeKey(context.entity)
  const parent = await loadNode(context, tree, parentId)
  if (ownerOf(tree, parent) !== ownerOf(tree, node)) {
    throw invalid([{ field: path, error: "belongs to another owner's tree" }])
  }
  const [above, moved] = [parent[key] as Value, node[key] as Value]
  if (above === moved || (await isAbove(context, tree, moved, above)))
    throw invalid([{ field: path, error: 'is the node itself or below it' }])
  return above
}

/** Puts the node at its place among the siblings, who are counted from 0 without gaps. */
async function putAmong(
  context: OperationContext,
  tree: TreeShape,
  node: Row,
  parent: Value,
  siblings: readonly Row[],
  position: unknown,
): Promise<Row> {
  const { entity } = context
  const key = nodeKey(entity)
  const change = { [tree.parentField]: parent }
  const vouched = new Set([tree.parentField])
  const field = entity.fields.get(tree.orderField ?? '')
  const update = (row: Row, data: Readonly<Record<string, Value>>): Promise<Row> =>
    updateRow(context, keyOfNode(entity, row[key]), data, {}, { vouched })
  if (field === undefined) return update(node, change)
  const at = readPosition(field, position, siblings.length)
  const ordered = [...siblings.slice(0, at), node, ...siblings.slice(at)]
  let moved = node
  for (const [i, row] of ordered.entries()) {
    const order = placeValue(field, i, field.name)
    if (row === node) moved = await update(node, { ...change, [field.name]: order })
    else if (row[field.name] !== order) await update(row, { [field.name]: order })
  }
  return moved
}

function readPosition(field: Field, position: unknown, count: number): number {
  if (position === undefined || position === null) return count
  const place = Number(placeValue(field, position, 'order'))
  if (!Number.isInteger(place) || place < 0) {
    throw invalid([{ field: 'order', error: 'must be an integer from 0' }])
  }
  return Math.min(place, count)
}
