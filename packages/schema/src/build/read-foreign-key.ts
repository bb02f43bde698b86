// `foreign_key:` and `references:` of a field: what they point at, and whether the two ends fit.
import type { Problems } from '../diagnostic/problems.ts'
import type { ForeignKey, ReferentialAction } from '../model/field.ts'
import { childOf, entryOf, stringOf, type SpecNode } from '../source/spec-node.ts'
import { areComparable } from '../values/field-type.ts'
import { findDraftField, type DraftEntity, type DraftField } from './draft.ts'
import { reportUnknownEntity, reportUnknownField } from './report-unknown.ts'
import type { Workspace } from './workspace.ts'

/** A foreign key on its way to become a relation. */
export interface Link {
  readonly entity: DraftEntity
  readonly field: DraftField
  readonly node: SpecNode
  readonly targetName: string
  /** Absent when it points at nothing, which is reported; its name may still be used. */
  readonly end?: { readonly target: DraftEntity; readonly field: DraftField }
  name: string
}

/** Sets the field's foreign key as well. */
export function readLink(
  entity: DraftEntity,
  field: DraftField,
  workspace: Workspace,
  problems: Problems,
): Link | undefined {
  const short = entryOf(field.node, 'references')
  const node = childOf(field.node, 'foreign_key') ?? short?.node
  if (short !== undefined && short.node !== node)
    problems.error(
      'conflicting-keys',
      short.keyRange,
      '`references` and `foreign_key` say the same thing: keep one of them',
    )
  const named = node === undefined ? undefined : namesOf(node)
  if (node === undefined || named?.entity === undefined) return undefined
  const link = { entity, field, node, targetName: named.entity, name: '' }
  const end = findEnd({ ...named, entity: named.entity }, workspace, problems)
  if (end === undefined) return link
  checkTarget(field, end.target, end.field, named.fieldAt, problems)
  const action = (key: string): ReferentialAction =>
    readAction(stringOf(childOf(node, key))) ?? 'restrict'
  const foreignKey: ForeignKey = {
    entity: end.target.name,
    field: end.field.spec.name,
    onDelete: action('on_delete'),
    onUpdate: action('on_update'),
  }
  checkAction(field, node, foreignKey, problems)
  field.spec.foreignKey = foreignKey
  return { ...link, end }
}

interface Named {
  readonly entity: string | undefined
  readonly entityAt: SpecNode
  readonly field: string | undefined
  readonly fieldAt: SpecNode
}

function findEnd(
  named: Named & { readonly entity: string },
  workspace: Workspace,
  problems: Problems,
): Link['end'] {
  const target = workspace.entities.get(named.entity)
  if (target === undefined) {
    if (!workspace.unread.has(named.entity))
      reportUnknownEntity(named.entity, workspace.entities.keys(), named.entityAt.range, problems)
    return undefined
  }
  const word = named.field ?? onlyKey(target)
  const field = word === undefined ? undefined : findDraftField(target, word)
  if (field !== undefined) return { target, field }
  if (word !== undefined) reportUnknownField(word, target, named.fieldAt.range, problems)
  else
    problems.error(
      'foreign-key-not-unique',
      named.entityAt.range,
      `\`${target.name}\` has no primary key of one field`,
      'name the unique field: `foreign_key: { entity: .., field: .. }`',
    )
  return undefined
}

function namesOf(node: SpecNode): Named {
  const short = stringOf(node)
  if (short !== undefined) {
    const [entity, field] = short.split('.')
    return { entity: entity?.trim(), entityAt: node, field: field?.trim(), fieldAt: node }
  }
  const entityAt = childOf(node, 'entity') ?? node
  const fieldAt = childOf(node, 'field') ?? node
  return { entity: stringOf(entityAt), entityAt, field: stringOf(fieldAt), fieldAt }
}

function onlyKey(target: DraftEntity): string | undefined {
  return target.primaryKey.length === 1 ? target.primaryKey[0] : undefined
}

function checkTarget(
  field: DraftField,
  target: DraftEntity,
  targetField: DraftField,
  at: SpecNode,
  problems: Problems,
): void {
  const { name, type } = targetField.spec
  if (!target.uniques.some((list) => list.length === 1 && list[0] === name))
    problems.error(
      'foreign-key-not-unique',
      at.range,
      `\`${target.name}.${name}\` is neither the primary key nor unique`,
      'a foreign key points at a value that one row has',
    )
  if (field.typed && targetField.typed && !areComparable(field.spec.type, type))
    problems.error(
      'foreign-key-type',
      at.range,
      `\`${field.spec.column}\` is ${field.spec.type}, but \`${target.name}.${name}\` is ${type}`,
    )
}

const ACTIONS: readonly ReferentialAction[] = [
  'restrict',
  'cascade',
  'set_null',
  'set_default',
  'no_action',
]

function readAction(word: string | undefined): ReferentialAction | undefined {
  const folded = word?.toLowerCase().replace(/[ -]/g, '_')
  return ACTIONS.find((action) => action === folded)
}

function checkAction(field: DraftField, node: SpecNode, key: ForeignKey, problems: Problems): void {
  for (const [name, action] of [
    ['on_delete', key.onDelete],
    ['on_update', key.onUpdate],
  ] as const) {
    const at = childOf(node, name)
    if (at === undefined) continue
    if (action === 'set_null' && !field.spec.nullable)
      problems.error(
        'set-null-not-nullable',
        at.range,
        `\`${field.spec.column}\` is never null: it cannot be set to null`,
      )
    if (action === 'set_default' && field.spec.default?.kind !== 'literal')
      problems.error(
        'set-default-without-default',
        at.range,
        `\`${field.spec.column}\` has no literal default`,
      )
  }
}
