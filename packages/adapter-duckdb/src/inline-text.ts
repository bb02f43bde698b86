// DuckDB's cell of text: four bytes of length, and twelve in which short text lies itself (`duckdb_string_t`).
import { CELL_BYTES } from './chunk-buffer.ts'

const MAX_INLINE = 12
const LENGTH_BYTES = 4

/** False, and the cell as it was, where the text is too long for it or more than plain ASCII. The cell is zeroed. */
export function writeInline(bytes: Uint8Array, row: number, text: string): boolean {
  const { length } = text
  if (length > MAX_INLINE) return false
  const start = row * CELL_BYTES
  const first = start + LENGTH_BYTES
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at)
    if (code > 127) {
      bytes.fill(0, first, first + at)
      return false
    }
    bytes[first + at] = code
  }
  // The other three bytes of the number are zero.
  bytes[start] = length
  return true
}
