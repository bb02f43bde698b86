// Which additions of an update leave their fields' ranges, found by doing the sums again: engines tell that
// one did, not which.
import {
  addDecimals,
  canonicalValue,
  parseDecimal,
  printDecimal,
  type AggregateQuery,
  type FieldError,
  type Params,
  type Query,
  type ResultRow,
  type UpdateQuery,
  type Value,
} from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { entityOf } from '../compile/compile-context.ts'
import { createAggregateTemplate } from '../plan/aggregate-plan.ts'
import type { Questions } from './questions.ts'
import { runAggregate } from './run-aggregate.ts'

/** Whether a failure leaves open which of several sums it is about. */
export function addsToSeveral(query: Query): boolean {
  return query.kind === 'update' && query.set.filter(({ kind }) => kind === 'add').length > 1
}

/** Every field that overflows in any of the rows; all that are added to where nothing can be asked. */
export async function findOverflow(
  { model, dialect, session }: Questions,
  query: UpdateQuery,
  params: Params,
): Promise<readonly FieldError[]> {
  const entity = entityOf(model, query.entity)
  const added = addedFields(entity, query)
  if (session !== undefined && added.length > 0) {
    const template = createAggregateTemplate(model, dialect, extremesOf(query, added))
    const { rows } = await runAggregate({ session, params, signal: undefined }, template)
    const found = added.flatMap((field, at) => {
      const error = sumError(field, rows[0], at, operandOf(query, params, field))
      return error === undefined ? [] : [{ field: field.name, error }]
    })
    if (found.length > 0) return found
  }
  return added.map((field) => ({ field: field.name, error: overflowError(field) }))
}

/** What the field says to any value beyond its range. */
function overflowError(field: Field): string {
  const checked = canonicalValue(withoutBounds(field), BEYOND.get(field.type))
  return checked.ok ? 'is out of range' : checked.error
}

const BEYOND: ReadonlyMap<Field['type'], Value> = new Map<Field['type'], Value>([
  ['integer', Number.MAX_SAFE_INTEGER],
  ['bigint', 2n ** 64n],
  ['float', Infinity],
  ['decimal', '9'.repeat(60)],
])

function addedFields(entity: Entity, { set }: UpdateQuery): readonly Field[] {
  return [...entity.fields.values()].filter(({ name }) =>
    set.some(({ field, kind }) => field === name && kind === 'add'),
  )
}

const EXTREMES = ['min', 'max'] as const

/** All rows have the same operand, so the least and the greatest value tell of those between. */
function extremesOf({ entity, where }: UpdateQuery, added: readonly Field[]): AggregateQuery {
  const terms = added.flatMap(({ name: field }, at) =>
    EXTREMES.map((extreme) => ({ function: extreme, field, as: `${extreme}${at}` })),
  )
  return { kind: 'aggregate', entity, where, groupBy: [], terms, sort: [] }
}

function operandOf(query: UpdateQuery, params: Params, { name }: Field): Value {
  const operand = query.set.find(({ field }) => field === name)?.value
  return operand?.kind === 'param' ? ((params[operand.index] ?? null) as Value) : null
}

/** What the field says to its sums; its bounds are the client's business. */
function sumError(
  field: Field,
  extremes: ResultRow | undefined,
  at: number,
  operand: Value,
): string | undefined {
  for (const extreme of EXTREMES) {
    const value = (extremes?.[`${extreme}${at}`] ?? null) as Value
    if (value === null || operand === null) continue
    const checked = canonicalValue(withoutBounds(field), addValues(field, value, operand))
    if (!checked.ok) return checked.error
  }
  return undefined
}

function withoutBounds({ min: _min, max: _max, ...field }: Field): Field {
  return field
}

function addValues({ type }: Field, value: Value, operand: Value): Value {
  if (type === 'bigint')
    return BigInt(value as bigint | number) + BigInt(operand as bigint | number)
  if (type !== 'decimal') return Number(value) + Number(operand)
  const [a, b] = [parseDecimal(String(value)), parseDecimal(String(operand))]
  if (a === undefined || b === undefined) return value
  const sum = addDecimals(a, b)
  return printDecimal(sum, sum.scale)
}
