// Cells of a DuckDB result in the plain form that the dialect's decoders take: no class of the driver leaves here.
import type { Cells } from '@proj/dbal-sql'
import type { DuckDBMaterializedResult } from '@duckdb/node-api'
import type { Duck } from './duck.ts'

type Read = (cell: unknown) => unknown

interface Micros {
  readonly micros: bigint
}

interface Bytes {
  readonly bytes: Uint8Array
}

/** Rows of a result in column order. */
export function readRows(duck: Duck, result: DuckDBMaterializedResult): Cells[] {
  const rows: unknown[][] = []
  for (let chunk = 0, count = result.chunkCount; chunk < count; chunk += 1) {
    for (const row of result.getChunk(chunk).getRows()) rows.push(row)
  }
  if (rows.length === 0) return rows
  const types = readers(duck)
  for (let column = 0, count = result.columnCount; column < count; column += 1) {
    const read = types.get(result.columnTypeId(column))
    if (read === undefined) continue
    for (const row of rows) {
      const cell = row[column]
      if (cell !== null) row[column] = read(cell)
    }
  }
  return rows
}

let byType: ReadonlyMap<number, Read> | undefined

function readers({ DuckDBTypeId: id }: Duck): ReadonlyMap<number, Read> {
  byType ??= new Map<number, Read>([
    [id.DECIMAL, String],
    [id.DATE, String],
    [id.TIME, String],
    [id.UUID, String],
    [id.BLOB, readBytes],
    [id.TIMESTAMP, readInstant],
    [id.TIMESTAMP_TZ, readInstant],
    [id.TIMESTAMP_S, readText],
    [id.TIMESTAMP_MS, readText],
    [id.TIMESTAMP_NS, readText],
  ])
  return byType
}

function readInstant(cell: unknown): Date {
  // Cut to milliseconds, towards the past also before 1970.
  const { micros } = cell as Micros
  return new Date(Number((micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n))
}

function readText(cell: unknown): string {
  return String(cell)
}

/** A copy without Node's Buffer, whose memory the driver may share. */
function readBytes(cell: unknown): Uint8Array {
  return Uint8Array.from((cell as Bytes).bytes)
}
