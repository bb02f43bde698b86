// The primary key, and every list of fields that identifies a row.
import type { Problems } from '../diagnostic/problems.ts'
import { childOf, entryOf, stringsOf } from '../source/spec-node.ts'
import { findDraftField, type DraftEntity } from './draft.ts'
import { reportUnknownField } from './report-unknown.ts'

export function buildPrimaryKey(entity: DraftEntity, problems: Problems): void {
  const composite = childOf(entity.node, 'primary_key')
  const marked = [...entity.fields.values()].filter((field) => field.spec.primary)
  if (composite !== undefined) {
    readComposite(entity, problems)
    for (const field of marked)
      if (!entity.primaryKey.includes(field.spec.name))
        problems.error(
          'second-primary-key',
          field.at,
          `\`${entity.name}\` has its primary key in \`primary_key\``,
          'remove `primary: true`',
        )
    return
  }
  const [first, ...more] = marked
  if (first !== undefined) entity.primaryKey = [first.spec.name]
  else if (entity.fields.size > 0)
    problems.error(
      'no-primary-key',
      entity.at,
      `\`${entity.name}\` has no primary key`,
      'mark one field with `primary: true`, or name several in `primary_key: [..]`',
    )
  for (const field of more) {
    problems.error(
      'second-primary-key',
      field.at,
      `\`${entity.name}\` already has the primary key \`${first?.spec.column ?? ''}\``,
      'a key of several fields is written `primary_key: [a, b]` beside `fields`',
    )
    field.spec.primary = false
  }
}

function readComposite(entity: DraftEntity, problems: Problems): void {
  const node = childOf(entity.node, 'primary_key')
  for (const { value, node: item } of stringsOf(node)) {
    const field = findDraftField(entity, value)
    if (field === undefined) {
      reportUnknownField(value, entity, item.range, problems)
      continue
    }
    if (entity.primaryKey.includes(field.spec.name)) {
      problems.error('duplicate-value', item.range, `\`${value}\` stands twice in the key`)
      continue
    }
    entity.primaryKey.push(field.spec.name)
    field.spec.primary = true
    field.spec.required = true
    field.spec.nullable = false
    for (const key of ['optional', 'nullable']) {
      const entry = entryOf(field.node, key)
      if (entry?.node.kind === 'scalar' && entry.node.value === true)
        problems.error(
          'not-applicable',
          entry.keyRange,
          `a primary key is always there: it cannot be ${key}`,
        )
    }
  }
}
