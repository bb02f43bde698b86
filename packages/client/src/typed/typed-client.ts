// The client of a generated contract: what every client has, around the accessors that codegen names.
import type { CallOptions, Capabilities, Operation } from '@proj/dbal-contract'
import type { Subscription } from '../changes/change-event.ts'
import type { ClientConfig, RuleContext } from '../config/client-config.ts'
import type { Explanation } from '../explain/explain-operation.ts'
import type { Auth } from '../principal/create-principal.ts'
import type { ClientTransactionOptions } from '../backend/backend.ts'

/** `Self` is the client at hand, `Client` one that acts for a caller, `System` the trusted process. */
export interface TypedClient<Self, Client, System> {
  /** The flat form of an operation, untyped. Rejects with DBALError. */
  call(operation: Operation, options?: CallOptions): Promise<unknown>
  /** Operations in order, in one transaction; their answers. */
  batch(operations: readonly Operation[], options?: ClientTransactionOptions): Promise<unknown[]>
  /** Runs `work` on one connection; a thrown error rolls all back. */
  transaction<T>(work: (tx: Self) => Promise<T>, options?: ClientTransactionOptions): Promise<T>
  /** The same connection, another principal; nothing and `{}` are anonymous. */
  as(auth?: Auth): Client
  /** The trusted in-process caller. */
  system(): System
  /** Live changes of an entity, untyped. */
  subscribe(entity: string, input?: unknown, options?: CallOptions): Subscription
  capabilities(): Promise<Capabilities>
  /** What the operation would answer this caller, and why; nothing of it stays. For developers. */
  explain(operation: Operation): Promise<Explanation>
  /** Does nothing on all but the first client. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** A registered validation rule: true passes, a text is the problem. */
export type TypedRule<Client, System> = (
  context: Omit<RuleContext, 'client' | 'system'> & {
    readonly client: Client
    readonly system: System
  },
) => boolean | string | Promise<boolean | string>

type Required<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }

/** An optional key where nothing is required, so that a contract without handlers needs no config. */
type Registered<K extends string, T> = [keyof Required<T>] extends [never]
  ? { readonly [P in K]?: T | undefined }
  : { readonly [P in K]: T }

/**
 * The config of a generated client: the contract is its own, and the code it asks for has to be there,
 * except in production mode, where it runs in the daemon, and for tools that defer it.
 */
export type TypedConfig<Handlers, Rules> = Omit<
  ClientConfig,
  'schema' | 'workspace' | 'mode' | 'operations' | 'rules'
> &
  (
    | ({ readonly mode?: 'development' | undefined } & Registered<'operations', Handlers> &
        Registered<'rules', Rules>)
    | ((
        | { readonly mode: 'production' }
        | { readonly mode?: 'development' | undefined; readonly missingCode: 'defer' }
      ) & {
        readonly operations?: Partial<Handlers> | undefined
        readonly rules?: Partial<Rules> | undefined
      })
  )

/** The config of a client that asks a daemon for everything, the contract among it. */
export interface RemoteClientConfig extends Pick<
  ClientConfig,
  'auth' | 'remote' | 'performance' | 'onQuery' | 'onError'
> {
  /** `wss://host:port`, or `host:port`, which means `ws://`. */
  readonly endpoint: string
}
