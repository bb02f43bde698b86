// MySQL commits every change of a table by itself. What is under way is written down first, so that no
// second push begins beside it, and the next one knows between which models the tables are.
import { isDBALError, type SchemaPort } from '@proj/dbal-contract'
import { MODEL_TABLE, createModelTable, recordModel } from '@proj/dbal-sql'
import type { Step } from '../step.ts'
import { CURRENT_ID } from './deployed-record.ts'
import { explainFailure } from './explain-failure.ts'
import { failWhere, guardsOf } from './guards.ts'
import type { PushPlan } from './plan-push.ts'
import { anotherPush } from './push-errors.ts'

export async function applyStepwise(
  port: SchemaPort,
  plan: PushPlan,
  onStep: (step: Step) => void,
): Promise<void> {
  const { dialect, steps, target, base } = plan
  const guards = guardsOf(plan)
  const id = base.begun.reduce((last, row) => Math.max(last, row.id), CURRENT_ID) + 1
  const table = dialect.quote(MODEL_TABLE)
  await port.apply([createModelTable(dialect)])
  await begin(port, plan, id)
  try {
    await port.apply(guards.map(({ condition }) => failWhere(dialect, condition)))
  } catch (error) {
    await tidy(port, `DELETE FROM ${table} WHERE id = ${id}`)
    throw await explainFailure(port, plan, { error, guards })
  }
  let step: Step | undefined
  try {
    for (step of steps) {
      onStep(step)
      await port.apply(step.statements)
    }
  } catch (error) {
    await tidy(port, `UPDATE ${table} SET fingerprint = '' WHERE id = ${id}`)
    throw await explainFailure(port, plan, {
      error,
      guards: [],
      ...(step === undefined ? {} : { step }),
    })
  }
  await port.apply([
    ...recordModel(dialect, { ...target, appliedAt: new Date() }),
    `DELETE FROM ${table} WHERE id <> ${CURRENT_ID}`,
  ])
}

/** After a failure, which is the error to report, whatever becomes of this. */
async function tidy(port: SchemaPort, statement: string): Promise<void> {
  await port.apply([statement]).catch(() => undefined)
}

/** The fingerprint of a push under way is its connection, which goes when its process does. */
async function begin(port: SchemaPort, { dialect, target }: PushPlan, id: number): Promise<void> {
  const { quote, literal } = dialect
  const columns = ['id', 'fingerprint', 'model', 'applied_at'].map(quote).join(', ')
  const now = literal(new Date().toISOString())
  try {
    await port.apply([
      `INSERT INTO ${quote(MODEL_TABLE)} (${columns}) VALUES (${id}, CAST(CONNECTION_ID() AS CHAR), ${literal(target.model)}, ${now})`,
    ])
  } catch (error) {
    throw isDBALError(error) && error.code === 'CONFLICT' ? anotherPush(error) : error
  }
}
