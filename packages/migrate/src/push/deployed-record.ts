// What the database remembers of the last push, and of one that is under way.
import type { JsonValue, SchemaPort } from '@proj/dbal-contract'
import { modelFromJson, modelToJson, type Model } from '@proj/dbal-schema'
import { MODEL_TABLE, type SqlDialect } from '@proj/dbal-sql'

export interface RecordRow {
  readonly id: number
  /** Of the tables; of a push that has begun its connection, or nothing once it has failed. */
  readonly fingerprint: string
  readonly model: string
  readonly appliedAt: string
}

export interface DeployedRecord {
  readonly current: RecordRow | undefined
  /** Pushes that have begun and not ended, oldest first; none where changes of tables are transactional. */
  readonly begun: readonly RecordRow[]
}

export const CURRENT_ID = 1

export async function readRecord(port: SchemaPort, dialect: SqlDialect): Promise<DeployedRecord> {
  const exists = await port.query(dialect.tableExists(dialect.literal(MODEL_TABLE)))
  if (exists.length === 0) return { current: undefined, begun: [] }
  const found = await port.query(
    `SELECT id, fingerprint, model, applied_at FROM ${dialect.quote(MODEL_TABLE)} ORDER BY id`,
  )
  const rows = found.map((row) => ({
    id: Number(row['id']),
    fingerprint: String(row['fingerprint']),
    model: String(row['model']),
    appliedAt: String(row['applied_at']),
  }))
  return {
    current: rows.find(({ id }) => id === CURRENT_ID),
    begun: rows.filter(({ id }) => id > CURRENT_ID),
  }
}

/** Seeds are rows, not tables, and may hold secrets. */
export function recordText(model: Model): string {
  return JSON.stringify(modelToJson({ ...model, seeds: [] }))
}

/** Undefined for the record of another version of this package. */
export function recordedModel(record: RecordRow): Model | undefined {
  try {
    return modelFromJson(JSON.parse(record.model) as JsonValue)
  } catch {
    return undefined
  }
}
