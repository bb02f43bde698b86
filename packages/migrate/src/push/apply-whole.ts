// All statements of a push in one transaction, the record among them.
import { isDBALError, type SchemaPort } from '@proj/dbal-contract'
import { MODEL_TABLE, createModelTable, recordModel } from '@proj/dbal-sql'
import type { Step } from '../step.ts'
import { explainFailure } from './explain-failure.ts'
import { failWhere, guardsOf } from './guards.ts'
import type { PushPlan } from './plan-push.ts'
import { foreignKeysOn } from './push-errors.ts'

/** One push at a time, until its transaction ends. SQLite and DuckDB have one writer anyway. */
const POSTGRESQL_LOCK = `SELECT pg_advisory_xact_lock(hashtext('${MODEL_TABLE}'))`

export async function applyWhole(
  port: SchemaPort,
  plan: PushPlan,
  onStep: (step: Step) => void,
): Promise<void> {
  const { dialect, steps, target, checkedTables } = plan
  const guards = guardsOf(plan)
  if (checkedTables.length > 0) await requireForeignKeysOff(port)
  for (const step of steps) onStep(step)
  try {
    await port.apply([
      ...(dialect.name === 'postgresql' ? [POSTGRESQL_LOCK] : []),
      createModelTable(dialect),
      ...guards.map(({ condition }) => failWhere(dialect, condition)),
      ...steps.flatMap(({ statements }) => statements),
      ...checkedTables.map((table) =>
        failWhere(
          dialect,
          `EXISTS (SELECT 1 FROM pragma_foreign_key_check(${dialect.literal(table)}))`,
        ),
      ),
      ...recordModel(dialect, { ...target, appliedAt: new Date() }),
    ])
  } catch (error) {
    throw await explainFailure(port, plan, { error, guards })
  }
}

/** Dropping a table of SQLite deletes what refers to it while foreign keys are on. Leaves nothing behind. */
async function requireForeignKeysOff(port: SchemaPort): Promise<void> {
  const table = 'temp."_dbal_probe"'
  const twice = 'SELECT 1 AS n UNION ALL SELECT 2 AS n'
  try {
    await port.apply([
      `CREATE TABLE ${table} (one INTEGER PRIMARY KEY)`,
      `INSERT INTO ${table} SELECT 1 FROM (${twice}) WHERE EXISTS (SELECT 1 FROM pragma_foreign_keys WHERE foreign_keys <> 0)`,
      `DROP TABLE ${table}`,
    ])
  } catch (error) {
    throw isDBALError(error) && error.code === 'CONFLICT' ? foreignKeysOn(error) : error
  }
}
