// The primary key, and every list of fields that identifies a row.
import type { Problems } from '../diagnostic/problems.ts'
import { childOf, entryOf, stringsOf } from '../source/spec-node.ts'
import { findDraftField, type DraftEntity, type DraftField } from './draft.ts'
import { reportUnknownField } from './report-unknown.ts'

export function buildPrimaryKey(entity: DraftEntity, problems: Problems): void {
  const composite = childOf(entity.node, 'primary_key')
  const marked = [...entity.fields.values()].filter((field) => field.spec.primary)
  if (composite !== undefined) {
    readComposite(entity, problems)
    checkMarks(entity, marked, problems)
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

/** Fields may say again what `primary_key` says, but all of them, and nothing else. */
function checkMarks(entity: DraftEntity, marked: readonly DraftField[], problems: Problems): void {
  const { primaryKey } = entity
  const isSaid = primaryKey.every((name) => marked.some(({ spec }) => spec.name === name))
  for (const field of marked) {
    if (isSaid && primaryKey.includes(field.spec.name)) continue
    problems.error(
      'second-primary-key',
      field.at,
      `\`${entity.name}\` has its primary key in \`primary_key\`, which is another than \`${field.spec.column}\``,
      'remove `primary: true`, or `primary_key`',
    )
    if (!primaryKey.includes(field.spec.name)) field.spec.primary = false
  }
  for (const name of primaryKey) {
    const field = entity.fields.get(name)
    const entry = entryOf(field?.node, 'primary')
    if (entry?.node.kind === 'scalar' && entry.node.value === false)
      problems.error(
        'not-applicable',
        entry.keyRange,
        `\`${field?.spec.column ?? name}\` stands in \`primary_key\``,
        'remove `primary: false`',
      )
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
    if (field.typed && field.spec.type === 'json')
      problems.error(
        'not-applicable',
        item.range,
        'a json value cannot be primary: two spellings of it are one value',
      )
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
