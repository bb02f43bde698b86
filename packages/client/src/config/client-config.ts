import type { Wire } from '@proj/dbal-bridge-ws'
import type { Adapter, CallOptions, Principal } from '@proj/dbal-contract'
import type { JsonValue, Model } from '@proj/dbal-schema'
import type { AuditSinkConfig } from '../audit/audit-sink.ts'
import type { ScopedClient } from '../scoped-client.ts'
import type { Auth } from '../principal/create-principal.ts'
import type { OperationListener } from '../events.ts'

export type AdapterName = 'prisma' | 'sqlite' | 'duckdb' | 'memory'

export interface HandlerContext<Input = Readonly<Record<string, unknown>>> {
  readonly input: Input
  /** Acts as the caller: every rule applies. */
  readonly client: ScopedClient
  /** Trusted: rules do not apply. Explicit, so that a reader sees each use. */
  readonly system: ScopedClient
  readonly principal: Principal
  /**
   * One row by a unique key, with only its key and the never-exposed fields that the operation declares
   * in `reads`; undefined when there is none.
   */
  readSecret(
    where: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>> | undefined>
  readonly options: CallOptions
}

/** Code for an operation that has no built-in meaning. */
export type OperationHandler = (context: HandlerContext) => unknown

export interface RuleContext {
  readonly input: Readonly<Record<string, unknown>>
  readonly client: ScopedClient
  readonly system: ScopedClient
  readonly principal: Principal
}

/** A registered validation rule: true passes, a text is the problem. */
export type ValidationRule = (context: RuleContext) => boolean | string | Promise<boolean | string>

export interface RemoteConfig {
  /** How to open a wire, where both halves are in one process; without `endpoint` and `transport` then. */
  readonly open?: (() => Promise<Wire>) | undefined
  /**
   * `websocket`, the default; `http`, without transactions that stay open and without subscriptions; `auto`: HTTP
   * where no WebSocket can be opened, for as long as the client is open.
   */
  readonly transport?: 'auto' | 'websocket' | 'http' | undefined
  /** Of messages; `json` unless it says `cbor`. */
  readonly encoding?: 'json' | 'cbor' | undefined
  /**
   * `auto`, the default: every mutation carries an idempotency key, so that it is sent again when its answer
   * is lost and runs once. `explicit`: only one whose call has a key; another is OUTCOME_UNKNOWN then.
   */
  readonly keys?: 'auto' | 'explicit' | undefined
  /** Milliseconds that a call waits for a connection; 10 000 by default. */
  readonly connectTimeoutMs?: number | undefined
  /** Milliseconds of the pause before a connection is tried again: the shortest, and the longest. */
  readonly backoff?: { readonly minMs: number; readonly maxMs: number } | undefined
  /** Calls that may wait for a connection; 1 000 by default. */
  readonly offlineQueue?: number | undefined
}

export interface ClientConfig {
  /** Folder of the YAML contract; `./dbal` when neither this nor `schema` is given. */
  readonly workspace?: string | undefined
  /** A Model, or its JSON as codegen wrote it. */
  readonly schema?: Model | JsonValue | undefined
  /** `production` talks to a daemon and holds no credentials. */
  readonly mode?: 'development' | 'production' | undefined
  /** Default: `sqlite` for a file, `memory` without a url, `prisma` for a server's url. */
  readonly adapter?: AdapterName | Adapter | undefined
  readonly database?:
    | {
        readonly url?: string | undefined
        readonly poolSize?: number | undefined
        /** PostgreSQL: callers are bound by the policies of `codegen --target rls`, and the rest is done as this role. */
        readonly rls?: { readonly systemRole: string } | undefined
      }
    | undefined
  /** An application's own PrismaClient, or an interactive transaction of one (adapter `prisma`). */
  readonly prisma?: object | undefined
  /** Of the daemon: `wss://host:port`, or `host:port`, which means `ws://`. */
  readonly endpoint?: string | undefined
  /** How production talks to the daemon. */
  readonly remote?: RemoteConfig | undefined
  readonly auth?: Auth | undefined
  readonly security?:
    | {
        readonly sandbox?: 'strict' | 'permissive' | 'disabled' | undefined
        readonly enableAuditLog?: boolean | undefined
        /** Where entries go: the database (the default), a file of JSON lines, memory, or a function. */
        readonly auditSink?: AuditSinkConfig | undefined
        /** Chains the entries in the database by HMAC, so that the database alone cannot forge them. */
        readonly auditKey?: string | undefined
        /** Signs cursors; give the same to every process that shares them. */
        readonly cursorSecret?: string | undefined
      }
    | undefined
  readonly idempotency?:
    | {
        /** How long the answer to a keyed call is kept; 24 by default. */
        readonly retentionHours?: number | undefined
      }
    | undefined
  /** Where processes share what they count and tell each other what they wrote: `redis:`, `rediss:` or `postgresql:`; else each counts alone. */
  readonly state?: { readonly url?: string | undefined } | undefined
  readonly performance?:
    | {
        readonly queryTimeoutMs?: number | undefined
        /** Of one query, as docs/spec/filter.md counts it; any unless given. In production the daemon's. */
        readonly maxQueryComplexity?: number | undefined
      }
    | undefined
  /** Handlers by `Entity.operation`, in either spelling. */
  readonly operations?: Readonly<Record<string, OperationHandler>> | undefined
  /** Validation rules by name. */
  readonly rules?: Readonly<Record<string, ValidationRule>> | undefined
  /** `defer`: an operation or rule without its code fails when it is called, not at start-up (tools). */
  readonly missingCode?: 'refuse' | 'defer' | undefined
  readonly onQuery?: OperationListener | undefined
  readonly onError?: OperationListener | undefined
  /** The clock, for tests. */
  readonly now?: (() => Date) | undefined
}
