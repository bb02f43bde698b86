export { diffModels } from './diff-models.ts'
export { applyPush } from './push/apply-push.ts'
export { planPush, type PushPlan } from './push/plan-push.ts'
export { losesData, type Risk, type Step } from './step.ts'
