// Small worlds and callers to try two sets of rules on, drawn from a seed.
import { openMemory } from '@proj/dbal-adapter-memory'
import type { Auth } from '@proj/dbal'
import type { Adapter, Row, Value } from '@proj/dbal-contract'
import type { Entity, Field, Model } from '@proj/dbal-schema'
import { entitiesInOrder } from '@proj/dbal-sql'
import type { Asked, AskedValues } from './asked-values.ts'
import { valuesFor, type Constants } from './constants.ts'

export type SampleRows = ReadonlyMap<string, readonly Row[]>

/** A generator of numbers from 0 up to 1 (mulberry32): the same seed gives the same examples. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const ROWS = 2

/** Two rows an entity; references lead to rows that come before. */
export function sampleRows(
  model: Model,
  constants: Constants,
  asked: AskedValues,
  random: () => number,
): SampleRows {
  const rows = new Map<string, Row[]>()
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  for (const entity of entitiesInOrder(model)) {
    const own: Row[] = []
    rows.set(entity.name, own)
    for (let n = 1; n <= ROWS; n += 1) {
      const row = Object.create(null) as Row
      for (const field of entity.fields.values()) {
        const options = optionsFor(field, rows, constants, n)
        row[field.name] = field.nullable && random() < 0.25 ? null : (pick(options) ?? null)
      }
      own.push(row)
    }
  }
  meetCallers(model, rows, asked, random)
  return rows
}

/** What is compared with a claim of the user entity is, half the time, that claim of some user. */
function meetCallers(
  model: Model,
  rows: ReadonlyMap<string, readonly Row[]>,
  asked: AskedValues,
  random: () => number,
): void {
  const users = rows.get(
    [...model.entities.values()].find(({ principal }) => principal)?.name ?? '',
  )
  for (const { kind, name, fields } of asked.values())
    for (const path of kind === 'user' ? fields : []) {
      const [entity = '', fieldName = ''] = path.split('.')
      const field = model.entities.get(entity)?.fields.get(fieldName)
      if (field === undefined || field.primary || field.unique || field.foreignKey) continue
      for (const row of rows.get(entity) ?? []) {
        const user = users?.[Math.floor(random() * users.length)]
        const claim = user?.[name]
        if (random() < 0.5 && typeof claim === typeof row[fieldName]) row[fieldName] = claim ?? null
      }
    }
}

function optionsFor(
  field: Field,
  rows: SampleRows,
  constants: Constants,
  n: number,
): readonly Value[] {
  const key = field.foreignKey
  if (key === undefined) return valuesFor(field, constants, n)
  const targets = (rows.get(key.entity) ?? []).map((row) => row[key.field] as Value)
  // One each, so that a unique reference stays unique.
  return field.primary || field.unique ? targets.slice(n - 1, n) : targets
}

/** Every role with one caller, and nobody; a caller has the claims of a row of the user entity. */
export function sampleCallers(
  model: Model,
  rows: SampleRows,
  asked: AskedValues,
  random: () => number,
): readonly Auth[] {
  const users = [...model.entities.values()].find(({ principal }) => principal)
  const list = rows.get(users?.name ?? '') ?? []
  const user = list[Math.floor(random() * list.length)]
  const claims: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(user ?? {}))
    if (isClaim(value) && name !== 'role' && random() < 0.8) claims[name] = value
  if (user === undefined) claims['id'] = '00000000-0000-4000-8000-000000000001'
  const context: Record<string, unknown> = {}
  for (const each of asked.values()) {
    const { kind, name } = each
    const into = kind === 'user' ? claims : context
    if (Object.hasOwn(into, name) || users?.fields.has(name) === true || random() >= 0.8) continue
    const values = comparedValues(each, rows)
    const one = values[Math.floor(random() * values.length)]
    if (one !== undefined) into[name] = each.list ? [one] : one
  }
  const inContext = Object.keys(context).length === 0 ? {} : { context }
  return [
    inContext,
    ...model.roles.names.map((role) => ({ user: { ...claims, role }, ...inContext })),
  ]
}

/** What the fields hold that the name is compared with. */
function comparedValues({ fields }: Asked, rows: SampleRows): readonly unknown[] {
  return [...fields].flatMap((path) => {
    const [entity = '', field = ''] = path.split('.')
    return (rows.get(entity) ?? []).map((row) => row[field]).filter(isClaim)
  })
}

function isClaim(value: unknown): boolean {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value)
}

/** The rows that fit the model, in a store; those that do not are left out. */
export async function storeRows(model: Model, rows: SampleRows): Promise<Adapter> {
  const adapter = openMemory({ model })
  for (const entity of entitiesInOrder(model)) {
    const fields = [...entity.fields.keys()]
    for (const row of rows.get(entity.name) ?? []) {
      const values = fields.map((name) => row[name] ?? null)
      const query = insertOf(entity, fields)
      // A row that breaks a constraint is no row of such a database.
      await adapter.run(query, values).catch(() => undefined)
    }
  }
  return adapter
}

function insertOf({ name }: Entity, fields: readonly string[]) {
  return { kind: 'insert', entity: name, fields } as const
}
