// Whether rows of an entity form trees: one foreign key to itself, a field that orders siblings, and what a tree belongs to.
import type { DraftEntity } from './draft.ts'

const ORDER_NAMES: readonly string[] = ['order', 'position', 'sortOrder']

export function buildTree(entity: DraftEntity): void {
  const selfKeys = [...entity.relations.values()].filter(
    ({ owning, target }) => owning && target === entity.name,
  )
  const [parent, ...more] = selfKeys
  if (parent === undefined || more.length > 0) return
  const orderField = ORDER_NAMES.find((name) => entity.fields.has(name))
  const owners = [...entity.fields.values()].filter(
    ({ spec }) =>
      spec.required && spec.foreignKey !== undefined && spec.foreignKey.entity !== entity.name,
  )
  const ownerField = owners.length === 1 ? owners[0]?.spec.name : undefined
  entity.tree = {
    parentField: parent.from,
    parentRelation: parent.name,
    ...(orderField === undefined ? {} : { orderField }),
    ...(ownerField === undefined ? {} : { ownerField }),
  }
}
