// Every physical index of an entity, once: from `unique`, `unique_within` and `index` of its fields and from `indexes:`.
// The partial index's predicate and the physical names are added by later steps.
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Problems } from '../diagnostic/problems.ts'
import {
  booleanOf,
  childOf,
  itemsOf,
  stringOf,
  stringsOf,
  type SpecNode,
} from '../source/spec-node.ts'
import { findDraftField, type DraftEntity, type DraftField } from './draft.ts'
import { reportUnknownField } from './report-unknown.ts'

export interface DraftIndex {
  readonly fields: readonly string[]
  readonly unique: boolean
  readonly at: SourceRange
  name?: { readonly text: string; readonly at: SourceRange }
  where?: SpecNode
  kind?: string
}

/** Also fills `uniques`, and marks a field unique that has a unique index of its own. */
export function buildIndexes(entity: DraftEntity, problems: Problems): DraftIndex[] {
  const found: DraftIndex[] = []
  for (const field of entity.fields.values()) fieldIndexes(entity, field, found, problems)
  for (const node of itemsOf(childOf(entity.node, 'indexes')))
    entityIndex(entity, node, found, problems)
  entity.uniques.push([...entity.primaryKey])
  for (const index of found) {
    if (!index.unique || index.where !== undefined) continue
    if (!entity.uniques.some((list) => sameFields(list, index.fields)))
      entity.uniques.push([...index.fields])
    const [only, ...more] = index.fields
    const field = only === undefined || more.length > 0 ? undefined : entity.fields.get(only)
    if (field !== undefined) field.spec.unique = true
  }
  warnAboutWiderUniques(entity, problems)
  return found
}

function fieldIndexes(
  entity: DraftEntity,
  field: DraftField,
  found: DraftIndex[],
  problems: Problems,
): void {
  const { name } = field.spec
  const own = entity.primaryKey.length === 1 && entity.primaryKey[0] === name
  if (field.spec.unique && !own) found.push({ fields: [name], unique: true, at: field.at })
  const within = childOf(field.node, 'unique_within')
  const scope = stringsOf(within).flatMap(({ value, node }) => {
    const other = findDraftField(entity, value)
    if (other === undefined) reportUnknownField(value, entity, node.range, problems)
    return other === undefined ? [] : [other.spec.name]
  })
  if (within !== undefined && scope.length > 0)
    found.push({ fields: [...scope, name], unique: true, at: within.range })
  const plain = booleanOf(childOf(field.node, 'index', 'indexed')) === true
  if (plain && !own && !field.spec.unique)
    found.push({ fields: [name], unique: false, at: field.at })
}

function entityIndex(
  entity: DraftEntity,
  node: SpecNode,
  found: DraftIndex[],
  problems: Problems,
): void {
  const list = childOf(node, 'fields')
  const words = stringsOf(list)
  const fields: string[] = []
  for (const { value, node: item } of words) {
    const field = findDraftField(entity, value)
    if (field === undefined) reportUnknownField(value, entity, item.range, problems)
    else if (fields.includes(field.spec.name))
      problems.error('duplicate-value', item.range, `\`${value}\` stands twice in this index`)
    else fields.push(field.spec.name)
  }
  if (fields.length === 0 || fields.length < words.length) return
  const where = childOf(node, 'where')
  const nameNode = childOf(node, 'name')
  const name = stringOf(nameNode)
  const kind = stringOf(childOf(node, 'kind'))
  const index: DraftIndex = {
    fields,
    unique: booleanOf(childOf(node, 'unique')) === true,
    at: list?.range ?? node.range,
    ...(where === undefined ? {} : { where }),
    ...(name === undefined || nameNode === undefined
      ? {}
      : { name: { text: name, at: nameNode.range } }),
    ...(kind === undefined ? {} : { kind }),
  }
  const twin = where === undefined ? found.find((other) => isTwin(other, index)) : undefined
  if (twin === undefined) {
    found.push(index)
    return
  }
  // `unique: true` on the field and the same unique index are one constraint; the index may name it.
  if (index.name !== undefined) twin.name ??= index.name
  if (index.kind !== undefined) twin.kind ??= index.kind
  if (fields.length > 1)
    problems.warn('duplicate-index', index.at, 'an index over the same fields is already there')
}

function isTwin(a: DraftIndex, b: DraftIndex): boolean {
  return a.where === undefined && a.unique === b.unique && a.fields.join() === b.fields.join()
}

function sameFields(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name))
}

function warnAboutWiderUniques(entity: DraftEntity, problems: Problems): void {
  for (const node of itemsOf(childOf(entity.node, 'indexes'))) {
    const items = stringsOf(childOf(node, 'fields'))
    if (items.length < 2 || booleanOf(childOf(node, 'unique')) !== true) continue
    for (const { value, node: item } of items) {
      const field = findDraftField(entity, value)
      const alone = entity.uniques.some((list) => list.length === 1 && list[0] === field?.spec.name)
      if (field !== undefined && alone)
        problems.warn(
          'redundant-unique',
          item.range,
          `\`${value}\` is unique by itself: this index forbids nothing more`,
        )
    }
  }
}
