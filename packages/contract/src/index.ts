export type {
  FieldOperand,
  JsonPathOperand,
  JsonValue,
  LiteralOperand,
  Model,
  ParamOperand,
  Predicate,
  QueryOperand,
  QueryPredicate,
  RelationCountOperand,
} from '@proj/dbal-schema'
export { JsonNull, type JsonNullType, type ResultRow, type Row, type Value } from './value/value.ts'
export type {
  AggregateFunction,
  AggregateQuery,
  AggregateTerm,
  AggregateType,
  Assignment,
  DeleteQuery,
  GivenValue,
  Include,
  InsertQuery,
  Params,
  Query,
  QueryResult,
  SelectQuery,
  SortTerm,
  UpdateQuery,
} from './query/query.ts'
export type {
  Adapter,
  IsolationLevel,
  RunOptions,
  PoolUsage,
  SchemaPort,
  Store,
  TransactionOptions,
} from './adapter/adapter.ts'
export type { Dialect } from './adapter/dialect.ts'
export { FEATURES, type Capabilities, type Feature } from './adapter/capabilities.ts'
export {
  DBALError,
  ERROR_CODES,
  defaultMessage,
  amend,
  isDBALError,
  type DBALErrorInit,
  type ErrorCode,
  type ErrorDetails,
  type FieldError,
  type KnownErrorCode,
} from './error/dbal-error.ts'
export {
  atIndex,
  conflict,
  invalid,
  transactionEnded,
  unavailable,
  unsupported,
} from './error/raise.ts'
export { rpcErrorCode } from './error/rpc-code.ts'
export { isMutation } from './operation/is-mutation.ts'
export type { CallOptions, Operation, Page, RunningOptions } from './operation/operation.ts'
export { abortError, throwIfAborted, untilAborted } from './operation/abort.ts'
export {
  CallSignal,
  isStopSignal,
  toAbortSignal,
  underEither,
  type StopHandler,
  type StopSignal,
} from './operation/stop-signal.ts'
export type { ClaimValue, Principal } from './operation/principal.ts'
export {
  inputSchema,
  isFilledIn,
  isRequiredOnCreate,
  type InputSchemaForm,
  type JsonSchema,
} from './operation/input-schema.ts'
export { Refused, type Checked } from './value/checked.ts'
export { isCalendarDate, parseDatetime, canonicalTime } from './value/calendar.ts'
export { ISO_INSTANT_LENGTH, readIsoInstant } from './value/iso-instant.ts'
export { canonicalJsonText } from './value/canonical-json.ts'
export { isStorableText } from './value/canonical-text.ts'
export {
  DEFAULT_PRECISION,
  DEFAULT_SCALE,
  fitsPrecision,
  isInt32,
  isInt64,
} from './value/canonical-number.ts'
export { isPlainObject, mergeOwn, putOwn } from './value/plain-object.ts'
export { newRow } from './value/new-row.ts'
export { canonicalValue, judgeOwnValue, judgeValue } from './value/canonical-value.ts'
export { isDate, isUint8Array } from '#platform/brands'
export { compareText, compareValues, sameValue } from './value/compare-values.ts'
export {
  addDecimals,
  compareDecimals,
  decimalOfNumber,
  divideDecimal,
  parseDecimal,
  printDecimal,
  type Decimal,
} from './value/decimal.ts'
export {
  decodeStored,
  decodeValue,
  encodeValue,
  literalDefault,
  type ValueShape,
} from './value/value-codec.ts'
export { decodeInput } from './wire/decode-input.ts'
export { decodeClaims } from './wire/decode-claims.ts'
export { encodeInput, type EncodedInput } from './wire/encode-input.ts'
export { decodeMisfits } from './wire/misfits.ts'
export { decodeResult, encodeResult } from './wire/result-codec.ts'
export { decodeRow, encodeRow } from './wire/row-codec.ts'
export { aggregateType } from './value/aggregate-type.ts'
export { constraintError } from './predicate/constraint-error.ts'
export { evaluateOperand, evaluatePredicate } from './predicate/evaluate-predicate.ts'
export type { EvaluationScope } from './predicate/evaluation-scope.ts'
export { isLocal } from './predicate/is-local.ts'
export { foldAscii, readPattern, type PatternStep } from './predicate/match-text.ts'
export { conjuncts, pinnedKeys, pinsOf, pinsOneRow, type Pin } from './predicate/pins-one-row.ts'
export { listOf, operandsOf, partsOf } from './predicate/predicate-parts.ts'
export { countParams } from './query/count-params.ts'
export type { Truth } from './predicate/truth.ts'
export { createGate, type Gate } from './adapter/connection-gate.ts'
export { AUDIT_ENTITY, AUDIT_TABLE, withAudit } from './audit/audit-entity.ts'
export { MUTATION_ENTITY, MUTATION_TABLE, withMutations } from './idempotency/mutation-entity.ts'
export { isInternal } from './internal/internal-entity.ts'
export { LAYERS, tracing, type Layer, type Trace } from './trace/trace.ts'
