// Which row of an insert, and which of several keys that it breaks: the first row, and of that the first key
// in the order of the contract. Engines look at keys and rows in orders of their own.
import type { InsertQuery, Params, QueryPredicate, Value } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { entityOf, fieldOf } from '../compile/compile-context.ts'
import { identityOf } from '../plan/identity.ts'
import { selectRows, type Questions } from './questions.ts'

export interface BrokenKey {
  readonly fields: readonly string[]
  readonly index: number
}

/** Undefined where no key that holds for all rows is broken, or nothing can be asked. */
export async function blameUniqueKey(
  ask: Questions,
  query: InsertQuery,
  params: Params,
): Promise<BrokenKey | undefined> {
  if (ask.session === undefined) return undefined
  const entity = entityOf(ask.model, query.entity)
  const rows = rowsOf(query, params)
  let first: BrokenKey | undefined
  for (const fields of entity.uniques) {
    const keys = rows.map((row) => keyOf(entity, fields, row))
    const taken = new Set(await storedKeys(ask, entity, fields, rows))
    const index = keys.findIndex((key) => {
      if (key === undefined) return false
      const isTaken = taken.has(key)
      taken.add(key)
      return isTaken
    })
    if (index >= 0 && (first === undefined || index < first.index)) first = { fields, index }
  }
  return first
}

type Cells = ReadonlyMap<string, Value>

function rowsOf({ fields }: InsertQuery, params: Params): readonly Cells[] {
  const rows: Cells[] = []
  for (let at = 0; at < params.length; at += fields.length)
    rows.push(new Map(fields.map((name, i) => [name, (params[at + i] ?? null) as Value])))
  return rows
}

/** Undefined for a key with a NULL in it, which equals no other. */
function keyOf(entity: Entity, fields: readonly string[], row: Cells): string | undefined {
  const values = fields.map((name) => row.get(name) ?? null)
  if (values.includes(null)) return undefined
  return JSON.stringify(
    fields.map((name, i) => String(identityOf(fieldOf(entity, name).type, values[i] ?? null))),
  )
}

async function storedKeys(
  ask: Questions,
  entity: Entity,
  fields: readonly string[],
  rows: readonly Cells[],
): Promise<readonly string[]> {
  const whole = rows.filter((row) => keyOf(entity, fields, row) !== undefined)
  if (whole.length === 0) return []
  const lists = fields.map((name) => whole.map((row) => row.get(name) ?? null))
  // Wider than the keys where they have several fields; what is asked for is picked out of the answer.
  const terms = fields.map((name, index) => among(fieldOf(entity, name), index))
  const found = await selectRows(ask, lists, entity.name, fields, { kind: 'and', terms })
  return found.flatMap((row) => {
    const cells = new Map(fields.map((name) => [name, row[name] as Value]))
    return keyOf(entity, fields, cells) ?? []
  })
}

function among({ name: field, type }: Field, index: number): QueryPredicate {
  const left = { kind: 'field', path: [], field, type } as const
  return { kind: 'in', left, list: { kind: 'param', index, type, list: true } }
}
