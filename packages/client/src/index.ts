export { DBALClient } from './dbal-client.ts'
export type { Accessors } from './accessors.ts'
export type { ClientTransactionOptions } from './backend/backend.ts'
export type { ChangeEvent, Subscription } from './changes/change-event.ts'
export type { ClientScope, ScopedClient } from './scoped-client.ts'
export type {
  AdapterName,
  ClientConfig,
  HandlerContext,
  OperationHandler,
  RemoteConfig,
  RuleContext,
  ValidationRule,
} from './config/client-config.ts'
export { loadModel } from './config/load-model.ts'
export type { AuditEntry } from './audit/audit-entry.ts'
export { AuditMemory } from './audit/audit-memory.ts'
export type { AuditCallback, AuditSinkConfig } from './audit/audit-sink.ts'
export { describeModel, sealAudit, verifyAudit } from '#platform/local'
export type { SealOptions } from './audit/seal-audit.ts'
export type { AuditFault, AuditReport, VerifyOptions } from './audit/verify-audit.ts'
export {
  createPrincipal,
  type Auth,
  type TokenSource,
  type UserClaims,
} from './principal/create-principal.ts'
export type { TransactionOutcome } from './idempotency/transaction-outcome.ts'
export type { OperationEvent, OperationListener } from './events.ts'
export type { Explanation } from './explain/explain-operation.ts'
export type { StatementReport } from './explain/recording-store.ts'
export type { AccessReport, RuleReport } from '@proj/dbal-policy'
export {
  DBALError,
  isDBALError,
  JsonNull,
  withAudit,
  withMutations,
} from '@proj/dbal-contract/base'
export type {
  CallOptions,
  ErrorCode,
  ErrorDetails,
  FieldError,
  Operation,
  Page,
} from '@proj/dbal-contract'
export { modelFromJson } from '@proj/dbal-schema/model'
export type { JsonValue, Model } from '@proj/dbal-schema'
export type { EntityApi, SystemApi } from './typed/entity-api.ts'
export type { EntityTypes, ToMany, ToOne } from './typed/entity-types.ts'
export type {
  EqualityFilter,
  JsonFilter,
  LogicFilter,
  OrderFilter,
  Sort,
  TextFilter,
  ToManyFilter,
  ToOneFilter,
} from './typed/filter-types.ts'
export { lazyModel } from './typed/lazy-model.ts'
export type {
  FindFirst,
  FindMany,
  FindOne,
  OptionalOperation,
  TypedHandler,
  TypedHandlerContext,
  TypedOperation,
} from './typed/operation-types.ts'
export type { RelationWrite } from './typed/relation-write-types.ts'
export type { Include, Result, ResultPage, Select } from './typed/selection-types.ts'
export type {
  RemoteClientConfig,
  TypedClient,
  TypedConfig,
  TypedRule,
} from './typed/typed-client.ts'
export type { BigIntInput, DateTimeInput, Increment, Json, Without } from './typed/value-types.ts'
