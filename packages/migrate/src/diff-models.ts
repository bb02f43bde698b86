import type { Model } from '@proj/dbal-schema'
import type { SqlDialect } from '@proj/dbal-sql'
import { compareShapes } from './diff/compare-shapes.ts'
import type { Difference } from './diff/difference.ts'
import { planAlterations } from './plan/alter-plan.ts'
import { UNKNOWN_FACTS } from './plan/facts.ts'
import type { PlanContext, StepPlan } from './plan/plan-context.ts'
import { planRebuilds } from './plan/rebuild-plan.ts'
import { StepList } from './plan/step-list.ts'
import { describeModel } from './shape/describe-model.ts'
import type { Step } from './step.ts'

/**
 * Steps from one model's tables to another's, in order, for a database that may hold any rows: what
 * would lose values if there were any is `loses_data`. Pure; `now` fills required times.
 * Throws CAPABILITY_NOT_SUPPORTED for what the engine cannot keep.
 */
export function diffModels(
  before: Model,
  after: Model,
  dialect: SqlDialect,
  now: Date = new Date(),
): readonly Step[] {
  const difference = compareShapes(describeModel(before, dialect), describeModel(after, dialect))
  return planSteps(difference, { dialect, facts: UNKNOWN_FACTS, now }).steps
}

export function planSteps(difference: Difference, context: PlanContext): StepPlan {
  const list = new StepList(context)
  if (context.dialect.inlineForeignKeys || !context.dialect.foreignKeys)
    planRebuilds(difference, list)
  else planAlterations(difference, list)
  return list.finish()
}
