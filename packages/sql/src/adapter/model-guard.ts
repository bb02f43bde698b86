// The database must be at the model the queries are made for. Asked once, before the first query.
import { DBALError, type Model } from '@proj/dbal-contract'
import { schemaFingerprint } from '../ddl/create-schema.ts'
import { MODEL_TABLE } from '../ddl/model-record.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import type { SqlDriver } from '../driver/driver.ts'

/** The database is of another model, or empty. */
export function notAtModel(cause?: unknown): DBALError {
  return new DBALError('DATABASE_ERROR', {
    details: { reason: 'the database is not at this model: run dbal push' },
    cause,
  })
}

/** A database without a record of its model is not checked: somebody else keeps its tables. */
export async function checkModelRecord(
  model: Model,
  dialect: SqlDialect,
  driver: SqlDriver,
): Promise<void> {
  const exists = dialect.tableExists(dialect.literal(MODEL_TABLE))
  if ((await driver.all({ text: exists }, [])).length === 0) return
  const table = dialect.quote(MODEL_TABLE)
  const rows = await driver.all({ text: `SELECT fingerprint FROM ${table} WHERE id = 1` }, [])
  const recorded = rows[0]?.[0]
  if (recorded !== undefined && recorded !== schemaFingerprint(model, dialect)) throw notAtModel()
}
