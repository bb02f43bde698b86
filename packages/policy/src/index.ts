export {
  EntityAccess,
  type Decision,
  type FieldAccess,
  type FieldUse,
  type ReadVerb,
  type RulePart,
  type RuleParts,
} from './access.ts'
export { accessOfEveryone, rolesAsked } from './everyone.ts'
export {
  createPolicy,
  policyOf,
  PrincipalAccess,
  verbOver,
  type BoundRule,
  type Link,
  type LinkUse,
  type Policy,
} from './principal-access.ts'
export { explainAccess, type AccessReport, type RuleReport, type Truth } from './explain-access.ts'
export type { CallScope, Requirement } from './guard.ts'
export { GuardedStore } from './guarded-store.ts'
export type { Changed, NewRow, Ties } from './sent.ts'
export { unknownField } from './guard-filter.ts'
export { looksAtRow } from './mentions.ts'
export { resolveParams, type Reference, type ReferenceScope } from './references.ts'
export { identityOf } from './row-identity.ts'
export {
  allFields,
  amongQuery,
  byKeyQuery,
  isAmong,
  locking,
  lookUpQuery,
  matchFields,
  withGone,
} from './templates.ts'
export { foldRule } from './fold-query.ts'
export { PlanCache } from './plan-cache.ts'
