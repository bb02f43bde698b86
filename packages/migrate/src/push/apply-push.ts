import type { Adapter } from '@proj/dbal-contract'
import type { Step } from '../step.ts'
import { applyStepwise } from './apply-stepwise.ts'
import { applyWhole } from './apply-whole.ts'
import type { PushPlan } from './plan-push.ts'
import { schemaPortOf } from './push-dialect.ts'

/**
 * Carries a plan out and records the model, all or nothing; a plan without steps brings the record up to
 * date. On MySQL, whose statements commit by themselves, a step is kept once it is done, and a push after
 * one that failed goes on from there. `onStep` is told each step before it is taken.
 * Throws SERIALIZATION_CONFLICT when the database has moved since the plan was made, and otherwise the
 * engine's error with a `details.reason` that says which rows do not fit.
 */
export async function applyPush(
  adapter: Adapter,
  plan: PushPlan,
  onStep: (step: Step) => void = () => undefined,
): Promise<void> {
  const port = schemaPortOf(adapter)
  if (plan.steps.length === 0 && isRecorded(plan)) return
  if (plan.dialect.transactionalDdl) await applyWhole(port, plan, onStep)
  else await applyStepwise(port, plan, onStep)
}

function isRecorded({ base, target }: PushPlan): boolean {
  const { current, begun } = base
  const isSame = current?.fingerprint === target.fingerprint && current.model === target.model
  return isSame && begun.length === 0
}
