// The cells of one column of a chunk, as the engine lays them out, before they are copied there.
import type { Vector } from '@duckdb/node-bindings'
import type { Binding } from './duck.ts'

/** Rows of one data chunk: the engine's vector size. */
export const CHUNK_ROWS = 2048
/** Bytes of the widest cell. */
export const CELL_BYTES = 16

/** Rows whose bits the engine keeps in one word. */
const WORD_ROWS = 64

export class ChunkBuffer {
  readonly bytes: Uint8Array
  readonly int16: Int16Array
  readonly int32: Int32Array
  readonly int64: BigInt64Array
  readonly float64: Float64Array
  readonly #binding: Binding
  readonly #memory = new ArrayBuffer(CHUNK_ROWS * CELL_BYTES)
  /** A bit for each row that has a value. */
  readonly #validity = new Uint8Array(CHUNK_ROWS / 8).fill(0xff)
  #hasNulls = false

  constructor(binding: Binding) {
    this.#binding = binding
    this.bytes = new Uint8Array(this.#memory)
    this.int16 = new Int16Array(this.#memory)
    this.int32 = new Int32Array(this.#memory)
    this.int64 = new BigInt64Array(this.#memory)
    this.float64 = new Float64Array(this.#memory)
  }

  /** What a column leaves must not show in the next one's, whose null rows have cells as well. */
  clear(rows: number): void {
    this.bytes.fill(0, 0, rows * CELL_BYTES)
  }

  flush(vector: Vector, bytes: number): void {
    this.#binding.copy_data_to_vector(vector, 0, this.#memory, 0, bytes)
  }

  setNull(row: number): void {
    const at = row >> 3
    this.#validity[at] = (this.#validity[at] as number) & ~(1 << (row & 7))
    this.#hasNulls = true
  }

  /** Every row is valid again after it. */
  flushNulls(vector: Vector, rows: number): void {
    if (!this.#hasNulls) return
    const { buffer } = this.#validity
    const bytes = Math.ceil(rows / WORD_ROWS) * (WORD_ROWS / 8)
    this.#binding.vector_ensure_validity_writable(vector)
    this.#binding.copy_data_to_vector_validity(vector, 0, buffer, 0, bytes)
    this.#validity.fill(0xff)
    this.#hasNulls = false
  }
}
