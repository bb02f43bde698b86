// Errors, signals, plain objects: what a client needs before it is opened. All of it is in the index as well.
export { withAudit } from './audit/audit-entity.ts'
export { amend, DBALError, isDBALError } from './error/dbal-error.ts'
export { invalid, unavailable, unsupported } from './error/raise.ts'
export { withMutations } from './idempotency/mutation-entity.ts'
export { CallSignal, isStopSignal, toAbortSignal } from './operation/stop-signal.ts'
export { isPlainObject, mergeOwn, putOwn } from './value/plain-object.ts'
export { JsonNull, type JsonNullType } from './value/value.ts'
export { isDate, isUint8Array } from '#platform/brands'
