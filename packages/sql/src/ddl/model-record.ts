// The table in which a database remembers the model it was brought to.
import type { SqlDialect } from '../dialect/dialect.ts'

export const MODEL_TABLE = '_dbal_model'
const TEXTS = ['fingerprint', 'model', 'applied_at']

export interface ModelRecord {
  readonly fingerprint: string
  /** The model as JSON, for the difference to the next one. */
  readonly model: string
  readonly appliedAt: Date
}

/** Makes the table if need be. */
export function createModelTable(dialect: SqlDialect): string {
  const { quote, longText } = dialect
  const texts = TEXTS.map((column) => `${quote(column)} ${longText} NOT NULL`).join(', ')
  return `CREATE TABLE IF NOT EXISTS ${quote(MODEL_TABLE)} (${quote('id')} INTEGER NOT NULL PRIMARY KEY, ${texts})`
}

/**
 * Statements that make the table if need be and put the one record in it.
 * @param id another row, for a record that is not yet the database's
 */
export function recordModel(dialect: SqlDialect, record: ModelRecord, id = 1): readonly string[] {
  const { quote } = dialect
  const { fingerprint, model, appliedAt } = record
  const values = [fingerprint, model, appliedAt.toISOString()].map((value) =>
    dialect.literal(value),
  )
  const table = quote(MODEL_TABLE)
  const row = `${table} (${['id', ...TEXTS].map(quote).join(', ')}) VALUES (${[id, ...values].join(', ')})`
  // Where a statement commits by itself the record must not be missing in between.
  const put = dialect.transactionalDdl
    ? [`DELETE FROM ${table} WHERE ${quote('id')} = ${id}`, `INSERT INTO ${row}`]
    : [`REPLACE INTO ${row}`]
  return [createModelTable(dialect), ...put]
}
