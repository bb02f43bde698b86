// One entry of `fields:`. Foreign keys, relations and claims need other entities and are left to later steps.
import type { Problems } from '../diagnostic/problems.ts'
import type { Field, FieldType } from '../model/field.ts'
import { camelCase } from '../naming/camel-case.ts'
import {
  booleanOf,
  childOf,
  entryOf,
  stringOf,
  textOf,
  type SpecEntry,
  type SpecNode,
} from '../source/spec-node.ts'
import { findFieldType } from '../values/field-type.ts'
import type { DraftField } from './draft.ts'
import { readBounds } from './read-bounds.ts'
import { readDefault } from './read-default.ts'

const GENERATED: readonly FieldType[] = ['uuid', 'cuid', 'datetime', 'bigint']
const AUTO_UPDATED: readonly FieldType[] = ['datetime', 'bigint']

export function readField(entry: SpecEntry, problems: Problems): DraftField {
  const { node } = entry
  const type = readType(node)
  const generated = flag(node, 'generated', 'auto_now_add')
  const autoUpdate = flag(node, 'auto_update', 'auto_now')
  const primary = flag(node, 'primary')
  const spec: DraftField['spec'] = {
    name: camelCase(entry.key),
    column: entry.key,
    type: type ?? 'json',
    primary,
    generated,
    required: primary || isRequired(node, problems),
    nullable: false,
    unique: flag(node, 'unique'),
    immutable: flag(node, 'immutable'),
    sensitive: flag(node, 'sensitive'),
    autoUpdate,
    ...described(node),
  }
  const field: DraftField = { spec, node, at: entry.keyRange, typed: type !== undefined }
  checkFilled(field, problems)
  if (type !== undefined) {
    readBounds(field, problems)
    readDefault(field, problems)
  }
  spec.nullable = isNullable(field, problems)
  return field
}

function flag(node: SpecNode, ...keys: string[]): boolean {
  return booleanOf(childOf(node, ...keys)) === true
}

function described(node: SpecNode): Pick<Field, 'description' | 'deprecated'> {
  const description = textOf(childOf(node, 'description'))
  const deprecated = childOf(node, 'deprecated')
  const reason = stringOf(deprecated) ?? (booleanOf(deprecated) === true ? true : undefined)
  return {
    ...(description === undefined ? {} : { description }),
    ...(reason === undefined ? {} : { deprecated: reason }),
  }
}

// A missing or unknown type is a matter of structure and reported there.
function readType(node: SpecNode): FieldType | undefined {
  const word = stringOf(childOf(node, 'type')) ?? stringOf(node)
  return word === undefined ? undefined : findFieldType(word)
}

function isRequired(node: SpecNode, problems: Problems): boolean {
  const required = booleanOf(childOf(node, 'required'))
  const optional = booleanOf(childOf(node, 'optional'))
  const second = entryOf(node, 'optional')
  if (required !== undefined && required === optional && second !== undefined)
    problems.error(
      'required-and-optional',
      second.keyRange,
      '`required` and `optional` exclude each other',
      'keep one of them; neither means optional',
    )
  return required ?? optional === false
}

function checkFilled(field: DraftField, problems: Problems): void {
  const { node, spec, typed } = field
  const refuse = (key: string, message: string): void => {
    const entry = entryOf(node, key)
    if (entry !== undefined) problems.error('not-applicable', entry.keyRange, message)
  }
  for (const key of ['generated', 'auto_now_add'])
    if (spec.generated && typed && !GENERATED.includes(spec.type))
      refuse(key, `only uuid, cuid, datetime and bigint fields are generated, not ${spec.type}`)
  for (const key of ['auto_update', 'auto_now'])
    if (spec.autoUpdate && typed && !AUTO_UPDATED.includes(spec.type))
      refuse(key, `only datetime and bigint fields are updated by themselves, not ${spec.type}`)
  for (const key of ['primary', 'unique'] as const)
    if (typed && spec.type === 'json' && spec[key])
      refuse(key, `a json value cannot be ${key}: two spellings of it are one value`)
  if (!spec.primary) return
  for (const key of ['optional', 'nullable'])
    if (flag(node, key)) refuse(key, `a primary key is always there: it cannot be ${key}`)
}

function isNullable(field: DraftField, problems: Problems): boolean {
  const { node, spec } = field
  if (spec.primary) return false
  const said = booleanOf(childOf(node, 'nullable'))
  const filled = spec.generated || spec.autoUpdate || spec.default !== undefined
  if (said === false && !spec.required && !filled) {
    const entry = entryOf(node, 'nullable')
    if (entry !== undefined)
      problems.warn(
        'never-absent',
        entry.keyRange,
        `\`${spec.name}\` is optional, has no default and may not be null: a row without it cannot be stored`,
        'say `required: true`, or give a default',
      )
  }
  return said ?? (!spec.required && !filled)
}
