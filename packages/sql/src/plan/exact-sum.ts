// Sums and averages from the columns of a dialect's `sum`. One that leaves its type's range is an
// error, never a float.
import {
  addDecimals,
  decimalOfNumber,
  divideDecimal,
  invalid,
  isInt64,
  parseDecimal,
  printDecimal,
  type DBALError,
  type Decimal,
  type Value,
} from '@proj/dbal-contract'
import type { ValueShape } from '../dialect/dialect.ts'
import type { Cells } from '../driver/driver.ts'
import { corrupt } from '../value/decode-value.ts'
import { scaleOf } from '../value/encode-value.ts'

export interface SumColumn {
  readonly field: string
  readonly shape: ValueShape
  readonly cells: readonly { readonly cell: number; readonly weight: Decimal }[]
}

/** NULL over nothing. Throws VALIDATION_ERROR for a sum out of range. */
export function readSum(column: SumColumn, cells: Cells): Value {
  const { shape } = column
  if (shape.type === 'float') return readFloat(column, cells)
  const total = addUp(column, cells)
  if (total === undefined) return null
  if (shape.type === 'decimal') return printDecimal(total, scaleOf(shape))
  const inRange =
    shape.type === 'bigint' ? isInt64(total.units) : Number.isSafeInteger(Number(total.units))
  if (!inRange) throw tooLarge(column)
  return shape.type === 'bigint' ? total.units : Number(total.units)
}

/** A float; of decimals a decimal with the field's digits, halves rounded away from zero. */
export function readAverage(column: SumColumn, rows: number, cells: Cells): Value {
  const { shape } = column
  if (rows === 0) return null
  if (shape.type === 'float') {
    const sum = readFloat(column, cells)
    return sum === null ? null : sum / rows
  }
  const total = addUp(column, cells)
  if (total === undefined) return null
  if (shape.type !== 'decimal') return Number(total.units) / rows
  const scale = scaleOf(shape)
  return printDecimal(divideDecimal(total, BigInt(rows), scale), scale)
}

function readFloat(column: SumColumn, cells: Cells): number | null {
  const cell = cells[column.cells[0]?.cell ?? 0]
  if (cell === null || cell === undefined) return null
  const sum = Number(cell)
  if (!Number.isFinite(sum)) throw tooLarge(column)
  return sum
}

/** Undefined where there was nothing to add. */
function addUp({ cells: parts }: SumColumn, cells: Cells): Decimal | undefined {
  let total: Decimal = { units: 0n, scale: 0 }
  for (const { cell: at, weight } of parts) {
    const cell = cells[at]
    if (cell === null || cell === undefined) return undefined
    const value = typeof cell === 'number' ? decimalOfNumber(cell) : parseDecimal(String(cell))
    if (value === undefined) throw corrupt()
    const part = { units: value.units * weight.units, scale: value.scale + weight.scale }
    total = addDecimals(total, part)
  }
  return total
}

function tooLarge({ field }: SumColumn): DBALError {
  return invalid([{ field, error: 'has a sum that is out of range' }])
}
