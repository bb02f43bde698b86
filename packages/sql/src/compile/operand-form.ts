// The forms in which a column and a bound value stand beside each other. Which one is asked for is left to
// align-operands.ts.
import type { SqlDialect, ValueShape } from '../dialect/dialect.ts'
import { roundDecimal, type Rounding } from '../value/encode-value.ts'
import type { Encode, Sql } from './sql.ts'

/**
 * `order` is the form that sorts as the values do, where the stored one does not; `float` is that of an
 * exact number beside a float.
 */
export type Form = 'value' | 'order' | 'float'

/** How two operands are written so that they compare as their values do. */
export interface Alignment {
  readonly as: ValueShape
  readonly form: Form
}

export function columnAs(
  dialect: SqlDialect,
  shape: ValueShape,
  column: Sql,
  alignment: Alignment,
): Sql {
  // A double holds every integer.
  if (alignment.form === 'float')
    return shape.type === 'bigint' || shape.type === 'decimal'
      ? dialect.asFloat(shape, column)
      : column
  return isKey(dialect, alignment) ? (dialect.orderKey?.column(shape, column) ?? column) : column
}

export function encodeAs(
  dialect: SqlDialect,
  alignment: Alignment,
  rounding: Rounding | undefined,
): Encode {
  const { as } = alignment
  const key = isKey(dialect, alignment) ? dialect.orderKey?.encode : undefined
  const encode = key ?? dialect.encode(as)
  const room = as.type === 'decimal' ? dialect.decimalRoom?.(as) : undefined
  return room === undefined || rounding === undefined
    ? encode
    : roundDecimal(encode, room, rounding)
}

export function boundAs(dialect: SqlDialect, alignment: Alignment, hole: Sql): Sql {
  return isKey(dialect, alignment) ? hole : dialect.cast(alignment.as, hole)
}

function isKey({ orderKey }: SqlDialect, { as, form }: Alignment): boolean {
  return form === 'order' && orderKey?.needs(as.type) === true
}
