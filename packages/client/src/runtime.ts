// What one client has opened: shared by everything `as()`, `system()` and transactions return.
import type { Adapter, RunningOptions, Capabilities, Principal, Store } from '@proj/dbal-contract'
import type { Policy } from '@proj/dbal-policy'
import type { Model } from '@proj/dbal-schema'
import type { Feeds } from './changes/feeds.ts'
import type { Notices } from './changes/notices.ts'
import type { OperationHandler, ValidationRule } from './config/client-config.ts'
import type { EventHub } from './events.ts'
import type { RateLimits } from './limit/rate-limits.ts'
import type { ScriptSandbox } from './sandbox/script-sandbox.ts'
import type { OpenAudit } from './audit/open-audit.ts'
import type { ScopedClient } from './scoped-client.ts'
import type { InputValidator } from './validate/input-validator.ts'

export interface Runtime {
  readonly model: Model
  readonly policy: Policy
  readonly adapter: Adapter
  /** What the adapter can do, and the client over it. */
  readonly capabilities: Capabilities
  /** The adapter, with every committed write of it told to `notices`. */
  readonly base: Store
  readonly notices: Notices
  readonly feeds: Feeds
  /** The base without rows that are past their time. */
  readonly store: Store
  readonly validator: InputValidator
  readonly handlers: ReadonlyMap<string, OperationHandler>
  readonly rules: ReadonlyMap<string, ValidationRule>
  /** Absent where the contract limits nothing. */
  readonly limits: RateLimits | undefined
  /** For code that is stored in rows; it starts nothing until there is some. */
  readonly sandbox: ScriptSandbox
  /** Absent where nothing is audited. */
  readonly audit: OpenAudit | undefined
  readonly cursorSecret: string
  /** How long the answer to a call with an idempotency key is kept. */
  readonly retentionMs: number
  readonly timeoutMs: number
  /** Of one query; undefined: any. */
  readonly maxComplexity: number | undefined
  readonly events: EventHub
  readonly now: () => Date
  /** A client for a principal, on the open transaction where one is given. */
  scope(principal: Principal, connection?: Connection, defaults?: RunningOptions): ScopedClient
}

/** Where a scope's calls go: the client's own store, or an open transaction. */
export interface Connection {
  readonly store: Store
  readonly inTransaction: boolean
  /** Called with each failed call, so that a transaction knows it is poisoned. */
  readonly failed?: (error: unknown) => void
  /** Throws once the transaction is over or poisoned. */
  readonly demandOpen?: () => void
  /** Told of each call, so that a transaction does not end under it. */
  readonly track?: (call: Promise<unknown>) => void
}
