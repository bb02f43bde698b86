// Which cells a column of the table has, and what of a value goes into them: an appender takes the engine's own and casts
// nothing. They are written by the driver's binding: its vectors keep every value in a list before they pass it on.
import type { Value } from '@proj/dbal-contract'
import type { Bind } from '@proj/dbal-sql'
import type { DuckDBType } from '@duckdb/node-api'
import type { Duck } from './duck.ts'
import { blobs, cells, texts, type Target, type WriteColumn } from './write-cells.ts'

const DAY_MS = 86_400_000

/** `encode` gives what INSERT would bind for a value. Undefined for a column type that DBAL does not make. */
export function findWriter(
  { DuckDBTypeId: id }: Duck,
  target: Target,
  type: DuckDBType,
  encode: (value: Value) => Bind,
): WriteColumn | undefined {
  const { bytes, int16, int32, int64, float64 } = target.buffer
  const int = (row: number, value: number): void => {
    int32[row] = exact(value, value | 0)
  }
  const long = (row: number, value: bigint): void => {
    int64[row] = exact(value, BigInt.asIntN(64, value))
  }
  const micros = (row: number, milliseconds: number): void => {
    const value = milliseconds * 1000
    if (!Number.isSafeInteger(value)) return long(row, BigInt(milliseconds) * 1000n)
    // The two halves of a little-endian number, of which no bigint has to be made.
    int32[2 * row] = value | 0
    int32[2 * row + 1] = Math.floor(value / 2 ** 32)
  }
  switch (type.typeId) {
    case id.VARCHAR:
      return texts(target, encode)
    case id.BLOB:
      return blobs(target)
    case id.BOOLEAN:
      return cells(target, 1, (row, value) => {
        const bind = encode(value)
        bytes[row] = bind === true || bind === 1 ? 1 : 0
      })
    case id.INTEGER:
      return cells(target, 4, (row, value) => int(row, Number(encode(value))))
    case id.DOUBLE:
      return cells(target, 8, (row, value) => {
        float64[row] = Number(encode(value))
      })
    case id.BIGINT:
      return cells(target, 8, (row, value) => long(row, BigInt(encode(value) as bigint | number)))
    case id.DECIMAL: {
      const { width, scale } = type as unknown as { width: number; scale: number }
      const units = (value: Value): bigint => unitsOf(String(encode(value)), width, scale)
      // As wide as the engine stores so many digits.
      if (width <= 4)
        return cells(target, 2, (row, value) => {
          int16[row] = Number(units(value))
        })
      if (width <= 9) return cells(target, 4, (row, value) => int(row, Number(units(value))))
      if (width <= 18) return cells(target, 8, (row, value) => long(row, units(value)))
      return cells(target, 16, (row, value) => {
        const unit = units(value)
        int64[2 * row] = unit
        int64[2 * row + 1] = unit >> 64n
      })
    }
    case id.TIMESTAMP:
      return cells(target, 8, (row, value) => micros(row, (value as Date).getTime()))
    case id.DATE:
      return cells(target, 4, (row, value) =>
        int(row, Math.round(Date.parse(`${String(value)}T00:00:00Z`) / DAY_MS)),
      )
    case id.TIME:
      return cells(target, 8, (row, value) => micros(row, timeOfDay(String(value))))
    default:
      return undefined
  }
}

/** Throws RangeError for a value that its cell has no room for. */
function exact<T extends number | bigint>(value: T, stored: T): T {
  if (value !== stored) throw new RangeError('a value does not fit its column')
  return stored
}

/** Of the last digit. Throws RangeError for more digits than the column has. */
function unitsOf(text: string, width: number, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  const units = BigInt(whole + fraction.padEnd(scale, '0'))
  const limit = 10n ** BigInt(width)
  return exact(units, fraction.length > scale || units >= limit || units <= -limit ? 0n : units)
}

/** Milliseconds since midnight. */
function timeOfDay(text: string): number {
  return Date.parse(`1970-01-01T${text}Z`)
}
