// A column of rows on its way into an appender's chunk, which takes the engine's own cells and casts nothing. They are
// written by the driver's binding: the driver's own vectors keep every value in a list before they pass it on.
import type { Params, Value } from '@proj/dbal-contract'
import type { Bind } from '@proj/dbal-sql'
import type { DuckDBType } from '@duckdb/node-api'
import type { Vector } from '@duckdb/node-bindings'
import { CELL_BYTES, CHUNK_ROWS, type ChunkBuffer } from './chunk-buffer.ts'
import type { Binding, Duck } from './duck.ts'
import { writeInline } from './inline-text.ts'

/** The values of a column in rows that stand end to end. */
export interface Slice {
  readonly params: Params
  /** Where the first row's value stands. */
  readonly first: number
  /** Values of a row. */
  readonly width: number
  readonly rows: number
}

export type WriteColumn = (vector: Vector, slice: Slice) => void

/** Writes a value, which is not null, into the buffer. */
type Put = (row: number, value: Value) => void

const DAY_MS = 86_400_000

export interface Target {
  readonly duck: Duck
  readonly binding: Binding
  readonly buffer: ChunkBuffer
}

/** `encode` gives what INSERT would bind for a value. Undefined for a column type that DBAL does not make. */
export function findWriter(
  target: Target,
  type: DuckDBType,
  encode: (value: Value) => Bind,
): WriteColumn | undefined {
  const id = target.duck.DuckDBTypeId
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

/** A column that no value is given for. */
export function nulls({ buffer }: Target): WriteColumn {
  return (vector, { rows }) => {
    for (let row = 0; row < rows; row += 1) buffer.setNull(row)
    buffer.flushNulls(vector, rows)
  }
}

/** Values of one width. */
function cells({ buffer }: Target, size: number, put: Put): WriteColumn {
  return (vector, slice) => {
    buffer.clear(slice.rows)
    eachValue(buffer, slice, put)
    buffer.flush(vector, slice.rows * size)
    buffer.flushNulls(vector, slice.rows)
  }
}

/** Short text lies in its cell; for longer text the engine makes a place, and points the cell to it. */
function texts({ binding, buffer }: Target, encode: (value: Value) => Bind): WriteColumn {
  // Those of the chunk at hand that are longer, up to `count`.
  const places = new Uint16Array(CHUNK_ROWS)
  const long: string[] = []
  return (vector, { params, first, width, rows }) => {
    buffer.clear(rows)
    let count = 0
    for (let row = 0, at = first; row < rows; row += 1, at += width) {
      const value = params[at]
      if (value === null || value === undefined) {
        buffer.setNull(row)
        continue
      }
      const text = String(encode(value as Value))
      if (writeInline(buffer.bytes, row, text)) continue
      places[count] = row
      long[count] = text
      count += 1
    }
    if (count < rows) buffer.flush(vector, rows * CELL_BYTES)
    for (let at = 0; at < count; at += 1)
      binding.vector_assign_string_element(vector, places[at] as number, long[at] as string)
    buffer.flushNulls(vector, rows)
  }
}

function blobs({ binding, buffer }: Target): WriteColumn {
  return (vector, slice) => {
    eachValue(buffer, slice, (row, value) => {
      binding.vector_assign_string_element_len(vector, row, value as Uint8Array)
    })
    buffer.flushNulls(vector, slice.rows)
  }
}

function eachValue(buffer: ChunkBuffer, { params, first, width, rows }: Slice, put: Put): void {
  for (let row = 0, at = first; row < rows; row += 1, at += width) {
    const value = params[at]
    if (value === null || value === undefined) buffer.setNull(row)
    else put(row, value as Value)
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
