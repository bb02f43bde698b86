// What the bridge needs of the process that it serves: the client of @proj/dbal, seen from here.
import type {
  Capabilities,
  IsolationLevel,
  Operation,
  RunningOptions,
  StopSignal,
} from '@proj/dbal-contract'
import type { JsonValue, Model } from '@proj/dbal-schema'

/** Who a token stands for, as the client's `auth` takes it. */
export interface Login {
  readonly auth: LoginAuth
  /** Epoch milliseconds. */
  readonly expiresAt?: number | undefined
}

export interface LoginAuth {
  readonly user?: { readonly id?: unknown; readonly [claim: string]: unknown } | undefined
  readonly session?: Readonly<Record<string, unknown>> | undefined
  readonly context?: Readonly<Record<string, unknown>> | undefined
}

export interface HostTransactionOptions {
  readonly isolation?: IsolationLevel | undefined
  readonly retry?: boolean | undefined
  readonly timeoutMs?: number | undefined
  readonly signal?: StopSignal | undefined
  readonly idempotencyKey?: string | undefined
}

/** A client for one principal, or an open transaction of one. */
export interface HostScope {
  call(operation: Operation, options?: RunningOptions): Promise<unknown>
  batch(operations: readonly Operation[], options?: HostTransactionOptions): Promise<unknown[]>
  transaction<T>(work: (tx: HostScope) => Promise<T>, options?: HostTransactionOptions): Promise<T>
  /** Whether the transaction with that key was committed; after `none` it never will be. */
  outcomeOf(key: string, options?: RunningOptions): Promise<'applied' | 'none'>
  as(auth: LoginAuth): HostScope
  subscribe(
    entity: string,
    options: Readonly<Record<string, unknown>>,
    callOptions?: RunningOptions,
  ): AsyncIterable<unknown>
}

export interface BridgeHost {
  readonly model: Model
  readonly capabilities: Capabilities
  readonly version: string
  readonly client: HostScope
  /** Milliseconds that a call has which says nothing of it. */
  readonly timeoutMs?: number | undefined
  /** Rejects with UNAUTHORIZED for a token that is none, and for none where one is needed. */
  login(token: string | undefined): Promise<Login>
  /** The same of a connection that is open; `login` unless given. */
  loginAgain?(token: string): Promise<Login>
  /** Tells when logins may have been withdrawn or changed; what is answered stops that. */
  watchLogins?(changed: () => void): () => void
  /** What of the Model the principal may know, as JSON; for clients that bring none. */
  describe(auth: LoginAuth): Promise<JsonValue>
  /** Rejects with RATE_LIMIT_EXCEEDED. Asked before each request. */
  admit?(auth: LoginAuth): Promise<void> | undefined
}
