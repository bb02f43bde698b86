import { invalid, type Adapter, type DBALError, type SchemaPort } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import { schemaFingerprint, type SqlDialect } from '@proj/dbal-sql'
import { compareShapes } from '../diff/compare-shapes.ts'
import { planSteps } from '../diff-models.ts'
import { countFacts } from '../plan/facts.ts'
import type { Assumption, Probe, Refusal } from '../plan/plan-context.ts'
import { tablesToCheck } from '../plan/rebuild-plan.ts'
import { describeModel } from '../shape/describe-model.ts'
import type { SchemaShape } from '../shape/schema-shape.ts'
import type { Step } from '../step.ts'
import { findStartingPoint } from './starting-point.ts'
import { readTables, type DatabaseTables } from './database-tables.ts'
import { readRecord, recordedModel, recordText, type DeployedRecord } from './deployed-record.ts'
import { readForeignObjects } from './foreign-objects.ts'
import { checkLengths } from './length-limits.ts'
import { interruptedShape, isRunning } from './interrupted-push.ts'
import { pushDialect, schemaPortOf } from './push-dialect.ts'
import { anotherPush } from './push-errors.ts'

/** What `applyPush` carries out. Good for the state of the database it was made on only. */
export interface PushPlan {
  readonly steps: readonly Step[]
  readonly dialect: SqlDialect
  /** The record to be written. */
  readonly target: { readonly fingerprint: string; readonly model: string }
  /** The record that the plan starts from. */
  readonly base: DeployedRecord
  readonly assumptions: readonly Assumption[]
  readonly probes: readonly Probe[]
  /** Tables whose foreign keys are looked at before the steps are kept. */
  readonly checkedTables: readonly string[]
}

/**
 * The steps that bring a database to the model; it only reads. Throws CAPABILITY_NOT_SUPPORTED for an
 * adapter without tables or a model that the engine cannot keep, DATABASE_ERROR where tables of others
 * are in the way, VALIDATION_ERROR where rows there make a step impossible, SERIALIZATION_CONFLICT
 * while another push is running.
 */
export async function planPush(
  adapter: Adapter,
  model: Model,
  now: Date = new Date(),
): Promise<PushPlan> {
  const port = schemaPortOf(adapter)
  const dialect = await pushDialect(port)
  const after = describeModel(model, dialect)
  const base = await readRecord(port, dialect)
  const existing = await readTables(port)
  const recorded = await recordedShape(port, dialect, base, existing)
  const start = findStartingPoint(recorded, after, existing, dialect)
  const difference = compareShapes(start.shape, after)
  const facts = await countFacts(port, dialect, difference)
  const foreignObjects = await readForeignObjects(port, start.shape)
  const context = { dialect, facts, now, foreignObjects }
  const { steps, probes, ...planned } = planSteps(difference, context)
  const lengths = await checkLengths(port, dialect, start.shape, after)
  const refusals = [...planned.refusals, ...lengths.refusals]
  if (refusals.length > 0) throw refused(refusals)
  return {
    steps: [...start.steps, ...steps],
    dialect,
    target: { fingerprint: schemaFingerprint(model, dialect), model: recordText(model) },
    base,
    assumptions: [...planned.assumptions, ...lengths.assumptions],
    probes,
    checkedTables: tablesToCheck(difference, dialect),
  }
}

/** The tables that the record speaks of; undefined where there is none that can be read. */
async function recordedShape(
  port: SchemaPort,
  dialect: SqlDialect,
  { current, begun }: DeployedRecord,
  existing: DatabaseTables,
): Promise<SchemaShape | undefined> {
  for (const row of begun) if (await isRunning(port, row)) throw anotherPush()
  const shapes = [...(current === undefined ? [] : [current]), ...begun].flatMap((row) => {
    const model = recordedModel(row)
    return model === undefined ? [] : [describeModel(model, dialect)]
  })
  const last = shapes.at(-1)
  return last === undefined || begun.length === 0
    ? last
    : interruptedShape(port, shapes, last.model, existing)
}

function refused(refusals: readonly Refusal[]): DBALError {
  return invalid(
    refusals.map(({ table, column, reason }) => ({ field: `${table}.${column}`, error: reason })),
    'the rows there do not fit the contract; nothing was changed',
  )
}
