// Judges one change of a column: its risk, what fills rows without a value, whether it is possible.
import type { SqlDialect } from '@proj/dbal-sql'
import { conversionRisk } from '../convert/conversion-risk.ts'
import type { ColumnShape, TableShape } from '../shape/schema-shape.ts'
import type { Risk } from '../step.ts'
import { fillValue, type Fill } from './fill-value.ts'
import type { PlanContext, Refusal } from './plan-context.ts'
import { alterationWords, count } from './words.ts'

export interface Addition {
  readonly column: ColumnShape
  /** For the rows that are there. Absent: NULL, the DEFAULT of the definition, or there are none. */
  readonly fill?: Fill
  readonly description: string
  readonly risk: Risk
  readonly refusal?: Refusal
  /** The plan is right only while the table has no row. */
  readonly needsNoRows: boolean
}

export function planAddition(
  table: TableShape,
  column: ColumnShape,
  { dialect, facts, now }: PlanContext,
): Addition {
  const name = `${table.name}.${column.name}`
  const rows = facts.rows(table.name)
  const words = `add column ${name} (${column.field.type}${column.required ? ', required' : ''})`
  const base = { column, description: words, risk: 'safe', needsNoRows: false } as const
  if (!column.required) return base
  const fill = fillValue(table.entity, column, dialect, now)
  if (fill !== undefined) {
    const whom = rows === undefined ? 'rows' : count(rows, 'row')
    const description = rows === 0 ? words : `${words}; ${fill.words} for the ${whom} there`
    return { ...base, fill, description }
  }
  if (rows === undefined) return { ...base, risk: 'may_fail' }
  if (rows === 0) return { ...base, needsNoRows: true }
  return { ...base, refusal: refuseRequired(table, column, rows) }
}

export interface Alteration {
  readonly before: ColumnShape
  readonly after: ColumnShape
  /** No value can be kept: what is there goes. */
  readonly discards: boolean
  /** For rows that have no value, or whose value is discarded. */
  readonly fill?: Fill
  readonly description: string
  readonly risk: Risk
  readonly refusal?: Refusal
  /** The plan is right only while no row has a value. */
  readonly needsNoValues: boolean
}

export function planAlteration(
  table: TableShape,
  before: ColumnShape,
  after: ColumnShape,
  context: PlanContext,
): Alteration {
  const { dialect, facts, now } = context
  const rows = facts.rows(table.name)
  const filled = rows === 0 ? 0 : facts.filled(table.name, before.name)
  const kept = conversionRisk(before.field, after.field)
  const discards = kept === undefined
  const fits: Risk = kept === 'safe' ? lengthRisk(before, after, dialect) : (kept ?? 'loses_data')
  const empty = emptyRows(rows, filled, discards)
  const newlyRequired = after.required && (!before.required || discards)
  const fill = newlyRequired ? fillValue(table.entity, after, dialect, now) : undefined
  const isShort = newlyRequired && fill === undefined
  const name = `${table.name}.${before.name}`
  return {
    before,
    after,
    discards,
    ...(fill === undefined ? {} : { fill }),
    description: [
      `change column ${name}: ${alterationWords(before, after)}`,
      ...(fill === undefined || empty === 0 ? [] : [`${fill.words} for ${emptyWords(empty)}`]),
      ...(discards && filled !== 0 ? [`${valueWords(filled)} cannot be converted`] : []),
    ].join('; '),
    risk: filled === 0 ? 'safe' : isShort && empty === undefined ? worse(fits) : fits,
    ...(isShort && empty !== undefined && empty > 0
      ? { refusal: refuseRequired(table, after, empty) }
      : {}),
    needsNoValues: filled === 0 && (discards || fits === 'loses_data'),
  }
}

/** Rows that are left without a value. */
function emptyRows(
  rows: number | undefined,
  filled: number | undefined,
  discards: boolean,
): number | undefined {
  if (rows === undefined || filled === undefined) return undefined
  return discards ? rows : rows - filled
}

function worse(risk: Risk): Risk {
  return risk === 'loses_data' ? risk : 'may_fail'
}

function emptyWords(empty: number | undefined): string {
  return `${empty === undefined ? 'rows' : count(empty, 'row')} without a value`
}

export function valueWords(filled: number | undefined): string {
  return filled === undefined ? 'its values' : count(filled, 'value')
}

function refuseRequired(table: TableShape, column: ColumnShape, rows: number): Refusal {
  const { field } = column
  const isId = field.generated || field.default?.kind === 'uuid'
  const advice = isId
    ? 'an id is made for new rows only: make it optional first and fill it'
    : 'give it a default, or make it optional first and fill it'
  return {
    table: table.name,
    column: column.name,
    reason: `is required, and ${count(rows, 'row has', 'rows have')} no value for it: ${advice}`,
  }
}

const UNBOUNDED = Number.POSITIVE_INFINITY
/** Characters that the text of any number or time needs. */
const SCALAR_LENGTH = 64

/** MySQL's texts have a length that is part of the type. */
function lengthRisk(before: ColumnShape, after: ColumnShape, { name }: SqlDialect): Risk {
  if (name !== 'mysql' || after.form !== 'text' || before.type === after.type) return 'safe'
  const needed = before.form === 'text' ? lengthOf(before.type) : SCALAR_LENGTH
  return lengthOf(after.type) < needed ? 'may_fail' : 'safe'
}

function lengthOf(type: string): number {
  const length = /^VARCHAR\((\d+)\)/.exec(type)?.[1]
  return length === undefined ? UNBOUNDED : Number(length)
}
