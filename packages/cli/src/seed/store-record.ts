// One record of a seed: found by what identifies it, then created, brought to the seed or left alone.
import type { ScopedClient } from '@proj/dbal'
import {
  DBALError,
  decodeValue,
  sameValue,
  type CallOptions,
  type Page,
  type ResultRow,
  type Value,
} from '@proj/dbal-contract'
import type { Entity, Field, Seed } from '@proj/dbal-schema'

export type Outcome = 'created' | 'updated' | 'unchanged'

type Data = Readonly<Record<string, Value>>

/** Rejects with DBALError. */
export async function storeRecord(
  tx: ScopedClient,
  entity: Entity,
  record: Seed['records'][number],
  metadata: Seed['metadata'],
  options: CallOptions,
): Promise<Outcome> {
  const data = decodeRecord(entity, record)
  const call = (action: string, input: Readonly<Record<string, unknown>>): Promise<unknown> =>
    tx.call({ entity: entity.name, action, input }, options)
  const found = await findRecord(entity, data, call)
  if (found === undefined) {
    await call('create', { ...stampOf(entity, metadata), ...data })
    return 'created'
  }
  if (metadata.skipIfExists) return 'unchanged'
  const changes = differences(entity, found, data)
  if (Object.keys(changes).length === 0) return 'unchanged'
  const key = Object.fromEntries(entity.primaryKey.map((name) => [name, found[name]]))
  await call('update', { ...changes, ...key })
  return 'updated'
}

type Call = (action: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>

/** By each unique key that the record has; a record without any is found by everything it says. */
async function findRecord(entity: Entity, data: Data, call: Call): Promise<ResultRow | undefined> {
  const keys = entity.uniques.filter((key) => key.every((name) => (data[name] ?? null) !== null))
  const comparable = Object.keys(data).filter((name) => isComparable(entity.fields.get(name)))
  const filters = keys.length > 0 ? keys : comparable.length > 0 ? [comparable] : []
  for (const names of filters) {
    const filter = Object.fromEntries(names.map((name) => [name, data[name]]))
    const page = (await call('list', { filter, limit: 1 })) as Page
    if (page.data[0] !== undefined) return page.data[0]
  }
  return undefined
}

function isComparable(field: Field | undefined): boolean {
  return field !== undefined && field.type !== 'json' && field.type !== 'bytes'
}

/** A field that no result holds cannot be compared and stays; so does what never changes. */
function differences(entity: Entity, found: ResultRow, data: Data): Data {
  const entries = Object.entries(data).filter(([name, value]) => {
    const field = entity.fields.get(name)
    const stored = found[name] as Value | undefined
    if (field === undefined || field.immutable || stored === undefined) return false
    return !sameValue(field.type, stored, value)
  })
  const moved = entries.find(([name]) => entity.primaryKey.includes(name))
  if (moved === undefined) return Object.fromEntries(entries)
  throw new DBALError('CONFLICT', {
    details: { reason: `another row has its unique value, under another ${moved[0]}` },
  })
}

function decodeRecord(entity: Entity, record: Seed['records'][number]): Data {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => {
      const field = entity.fields.get(name)
      if (field === undefined) return []
      const decoded = value === null ? undefined : decodeValue(field, value)
      return [[name, decoded?.ok === true ? decoded.value : value]]
    }),
  )
}

/** The moment of loading, where the seed asks for it. */
function stampOf(entity: Entity, metadata: Seed['metadata']): Data {
  const { timestampField: name = '', useCurrentTimestamp } = metadata
  const type = entity.fields.get(name)?.type
  if (!useCurrentTimestamp || type === undefined) return {}
  const now = new Date()
  switch (type) {
    case 'bigint':
      return { [name]: BigInt(now.getTime()) }
    case 'date':
      return { [name]: now.toISOString().slice(0, 10) }
    default:
      return { [name]: now }
  }
}
