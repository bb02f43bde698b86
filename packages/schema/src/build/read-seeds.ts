// Seeds: each record checked against the fields of its entity. Whether rows they refer to exist is known at loading only.
import type { Problems } from '../diagnostic/problems.ts'
import type { JsonValue } from '../model/json-value.ts'
import type { Seed } from '../model/model.ts'
import type { SpecDocument } from '../source/parse-documents.ts'
import {
  booleanOf,
  childOf,
  entriesOf,
  itemsOf,
  stringOf,
  type SpecEntry,
  type SpecNode,
} from '../source/spec-node.ts'
import { checkBounds } from '../values/check-bounds.ts'
import { readValue } from '../values/read-value.ts'
import type { Workspace } from './workspace.ts'
import { findDraftField, type DraftEntity } from './draft.ts'
import { reportUnknownEntity, reportUnknownField } from './report-unknown.ts'

export function readSeeds(
  documents: readonly SpecDocument[],
  workspace: Workspace,
  problems: Problems,
): Seed[] {
  return documents.flatMap(({ root, file }) => {
    const named = childOf(root, 'entity')
    const word = stringOf(named)
    if (named === undefined || word === undefined) return []
    const entity = workspace.entities.get(word)
    if (entity === undefined) {
      if (!workspace.unread.has(word))
        reportUnknownEntity(word, workspace.entities.keys(), named.range, problems)
      return []
    }
    const metadata = readMetadata(childOf(root, 'metadata'), entity, problems)
    const records = itemsOf(childOf(root, 'records')).map((node) =>
      readRecord(node, entity, metadata, problems),
    )
    return [{ entity: entity.name, records, metadata, file }]
  })
}

function readMetadata(
  node: SpecNode | undefined,
  entity: DraftEntity,
  problems: Problems,
): Seed['metadata'] {
  const flag = (...keys: string[]): boolean => booleanOf(childOf(node, ...keys)) === true
  const at = childOf(node, 'timestampField', 'timestamp_field')
  const word = stringOf(at)
  const field = word === undefined ? undefined : findDraftField(entity, word)
  if (at !== undefined && word !== undefined && field === undefined)
    reportUnknownField(word, entity, at.range, problems)
  return {
    bootstrap: flag('bootstrap'),
    skipIfExists: flag('skipIfExists', 'skip_if_exists'),
    useCurrentTimestamp: flag('useCurrentTimestamp', 'use_current_timestamp'),
    ...(field === undefined ? {} : { timestampField: field.spec.name }),
  }
}

function readRecord(
  node: SpecNode,
  entity: DraftEntity,
  metadata: Seed['metadata'],
  problems: Problems,
): Readonly<Record<string, JsonValue>> {
  const record = new Map<string, JsonValue>()
  for (const entry of entriesOf(node)) {
    const field = findDraftField(entity, entry.key)
    if (field === undefined) reportUnknownField(entry.key, entity, entry.keyRange, problems)
    else if (record.has(field.spec.name))
      problems.error(
        'duplicate-name',
        entry.keyRange,
        `\`${entry.key}\` stands twice in this record`,
      )
    else record.set(field.spec.name, readCell(entry, field, problems))
  }
  const stamp = metadata.useCurrentTimestamp ? metadata.timestampField : undefined
  const stamped = stamp === undefined ? undefined : record.get(stamp)
  // Seeds that name every field write these where the moment of loading is to stand.
  if (stamp !== undefined && (stamped === null || stamped === 0 || stamped === '0'))
    record.delete(stamp)
  for (const { spec } of entity.fields.values()) {
    const filled =
      spec.generated ||
      spec.autoUpdate ||
      spec.default !== undefined ||
      (metadata.useCurrentTimestamp && metadata.timestampField === spec.name)
    if (node.kind === 'map' && spec.required && !filled && !record.has(spec.name))
      problems.error(
        'missing-value',
        node.range,
        `this record has no \`${spec.column}\`, which is required`,
      )
  }
  return Object.fromEntries(record)
}

function readCell(
  { node, key }: SpecEntry,
  { spec, typed }: NonNullable<ReturnType<typeof findDraftField>>,
  problems: Problems,
): JsonValue {
  if (!typed) return null
  if (node.kind === 'scalar' && node.value === null) {
    if (!spec.nullable && spec.type !== 'json')
      problems.error('bad-value', node.range, `\`${key}\` may not be null`)
    return null
  }
  const read = readValue(spec, node)
  const fault = 'fault' in read ? read.fault : checkBounds(spec, read.value)
  if (fault !== undefined) problems.error('bad-value', node.range, `\`${key}\` ${fault}`)
  return 'value' in read ? read.value : null
}
