// How the cells of a column are written: those of one width, text, bytes, and nothing but nulls.
import type { Params, Value } from '@proj/dbal-contract'
import type { Bind } from '@proj/dbal-sql'
import type { Vector } from '@duckdb/node-bindings'
import { CELL_BYTES, CHUNK_ROWS, type ChunkBuffer } from './chunk-buffer.ts'
import type { Binding } from './duck.ts'
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

export interface Target {
  readonly binding: Binding
  readonly buffer: ChunkBuffer
}

/** A column that no value is given for. */
export function nulls({ buffer }: Target): WriteColumn {
  return (vector, { rows }) => {
    for (let row = 0; row < rows; row += 1) buffer.setNull(row)
    buffer.flushNulls(vector, rows)
  }
}

/** Values of one width. */
export function cells({ buffer }: Target, size: number, put: Put): WriteColumn {
  return (vector, slice) => {
    buffer.clear(slice.rows)
    eachValue(buffer, slice, put)
    buffer.flush(vector, slice.rows * size)
    buffer.flushNulls(vector, slice.rows)
  }
}

/** Short text lies in its cell; for longer text the engine makes a place, and points the cell to it. */
export function texts({ binding, buffer }: Target, encode: (value: Value) => Bind): WriteColumn {
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

export function blobs({ binding, buffer }: Target): WriteColumn {
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
