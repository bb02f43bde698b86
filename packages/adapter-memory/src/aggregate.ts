// Functions over groups of rows. Sums are exact and an overflow is an error, never a rounded number.
import {
  addDecimals,
  DEFAULT_SCALE,
  compareValues,
  divideDecimal,
  evaluatePredicate,
  invalid,
  isInt64,
  parseDecimal,
  printDecimal,
  type AggregateQuery,
  type AggregateTerm,
  type Decimal,
  type Params,
  type ResultRow,
  type Row,
  type Value,
} from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import type { Database } from './database.ts'
import { matching, page } from './select.ts'
import { sortRows } from './sort-rows.ts'
import { copyValue, identityOf } from './stored-value.ts'
import { getField } from './table.ts'

const ZERO: Decimal = { units: 0n, scale: 0 }
const UNORDERED: ReadonlySet<string> = new Set(['boolean', 'json', 'bytes'])

export function aggregate(database: Database, query: AggregateQuery, params: Params): ResultRow[] {
  const { entity } = database.table(query.entity)
  const groups = groupRows(entity, query.groupBy, matching(database, entity, query.where, params))
  const answers = groups.map((rows) => answer(entity, query, rows))
  // A group is asked about as a row is: its fields and terms by name.
  const scopeOf = (row: Row) => database.scope(entity, row, params)
  const { having } = query
  const kept = answers.filter(
    (row) => having === undefined || evaluatePredicate(having, scopeOf(row)) === true,
  )
  return [...page(sortRows(kept, query.sort, scopeOf), query, params)]
}

/** Without fields there is one group, also over nothing. NULLs are one group. */
function groupRows(
  entity: Entity,
  names: readonly string[],
  rows: readonly Row[],
): readonly (readonly Row[])[] {
  if (names.length === 0) return [rows]
  const fields = names.map((name) => getField(entity, name))
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = fields.map(({ name, type }) => identityOf(type, row[name] ?? null)).join()
    const group = groups.get(key) ?? []
    group.push(row)
    groups.set(key, group)
  }
  return [...groups.values()]
}

function answer(entity: Entity, query: AggregateQuery, rows: readonly Row[]): Row {
  const result = Object.create(null) as Row
  for (const name of query.groupBy) result[name] = copyValue(rows[0]?.[name] ?? null)
  for (const term of query.terms) result[term.as] = compute(entity, term, rows)
  return result
}

function compute(entity: Entity, term: AggregateTerm, rows: readonly Row[]): Value {
  if (term.field === undefined) return rows.length
  const field = getField(entity, term.field)
  const values = rows.map((row) => row[field.name] ?? null).filter((value) => value !== null)
  switch (term.function) {
    case 'count':
      return values.length
    case 'sum':
      return values.length === 0 ? null : sum(field, values)
    case 'avg':
      return values.length === 0 ? null : average(field, values)
    case 'min':
    case 'max':
      return extreme(field, values, term.function === 'min' ? -1 : 1)
  }
}

function sum(field: Field, values: readonly Value[]): Value {
  switch (field.type) {
    case 'integer': {
      const total = Number(addIntegers(values))
      return Number.isSafeInteger(total) ? total : overflow(field)
    }
    case 'bigint': {
      const total = addIntegers(values)
      return isInt64(total) ? total : overflow(field)
    }
    case 'float': {
      const total = addFloats(values)
      return Number.isFinite(total) ? total : overflow(field)
    }
    case 'decimal':
      return printDecimal(addAll(values), scaleOf(field))
    default:
      return refuse(field)
  }
}

/** A float; of decimals a decimal with the field's digits, halves rounded away from zero. */
function average(field: Field, values: readonly Value[]): Value {
  switch (field.type) {
    case 'integer':
    case 'bigint':
      return Number(addIntegers(values)) / values.length
    case 'float':
      return addFloats(values) / values.length
    case 'decimal': {
      const scale = scaleOf(field)
      return printDecimal(divideDecimal(addAll(values), BigInt(values.length), scale), scale)
    }
    default:
      return refuse(field)
  }
}

function extreme(field: Field, values: readonly Value[], direction: 1 | -1): Value {
  if (UNORDERED.has(field.type)) return refuse(field)
  let best: Value = null
  for (const value of values) {
    if (best === null || compareValues(field.type, value, best) * direction > 0) best = value
  }
  return copyValue(best)
}

function addIntegers(values: readonly Value[]): bigint {
  return values.reduce<bigint>((total, value) => total + BigInt(value as number | bigint), 0n)
}

function addFloats(values: readonly Value[]): number {
  return values.reduce<number>((total, value) => total + (value as number), 0)
}

function addAll(values: readonly Value[]): Decimal {
  return values.reduce<Decimal>(
    (total, value) => addDecimals(total, parseDecimal(value as string) ?? ZERO),
    ZERO,
  )
}

function scaleOf(field: Field): number {
  return field.scale ?? DEFAULT_SCALE
}

function overflow(field: Field): never {
  throw invalid([{ field: field.name, error: 'has a sum that is out of range' }])
}

function refuse(field: Field): never {
  throw invalid([{ field: field.name, error: 'is not for this type of field' }])
}
