// Which addition of an update left its field's range, found by doing the sums again: engines tell that
// one did, not which.
import {
  addDecimals,
  canonicalValue,
  parseDecimal,
  printDecimal,
  type FieldError,
  type Params,
  type SelectQuery,
  type UpdateQuery,
  type Value,
} from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { entityOf } from '../compile/compile-context.ts'
import { keySort } from '../plan/change-plan.ts'
import { createSelectTemplate } from '../plan/select-plan.ts'
import type { Questions } from './questions.ts'
import { runSelect } from './run-select.ts'

/** More rows than this are not read again for the sake of an error. */
const MAX_ROWS = 1000

export async function findOverflow(
  { model, dialect, session }: Questions,
  query: UpdateQuery,
  params: Params,
): Promise<readonly FieldError[]> {
  const entity = entityOf(model, query.entity)
  const added = [...entity.fields.values()].filter(({ name }) => isAdded(query, name))
  if (session !== undefined) {
    const template = createSelectTemplate(model, dialect, rowsToAddTo(entity, query, added, params))
    const call = { session, params: [...params, MAX_ROWS], signal: undefined }
    for (const row of (await runSelect(call, template)).rows) {
      for (const field of added) {
        const operand = operandOf(query, params, field)
        const error = sumError(field, row[field.name] as Value, operand)
        if (error !== undefined) return [{ field: field.name, error }]
      }
    }
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

function isAdded(query: UpdateQuery, name: string): boolean {
  return query.set.some(({ field, kind }) => field === name && kind === 'add')
}

function rowsToAddTo(
  entity: Entity,
  query: UpdateQuery,
  added: readonly Field[],
  params: Params,
): SelectQuery {
  return {
    kind: 'select',
    entity: entity.name,
    fields: added.map(({ name }) => name),
    where: query.where,
    sort: keySort(entity),
    limit: { kind: 'param', index: params.length, type: 'integer' },
  }
}

function operandOf(query: UpdateQuery, params: Params, { name }: Field): Value {
  const operand = query.set.find(({ field }) => field === name)?.value
  return operand?.kind === 'param' ? ((params[operand.index] ?? null) as Value) : null
}

/** What the field says to the sum; its bounds are the client's business. */
function sumError(field: Field, value: Value, operand: Value): string | undefined {
  if (value === null || operand === null) return undefined
  const checked = canonicalValue(withoutBounds(field), addValues(field, value, operand))
  return checked.ok ? undefined : checked.error
}

function withoutBounds({ min: _min, max: _max, ...field }: Field): Field {
  return field
}

function addValues({ type }: Field, value: Value, operand: Value): Value {
  if (type === 'bigint') return (value as bigint) + BigInt(operand as bigint | number)
  if (type !== 'decimal') return Number(value) + Number(operand)
  const [a, b] = [parseDecimal(String(value)), parseDecimal(String(operand))]
  if (a === undefined || b === undefined) return value
  const sum = addDecimals(a, b)
  return printDecimal(sum, sum.scale)
}
