// One principal's view of an open client: what `client`, `as()`, `system()` and `tx` have in common.
import {
  invalid,
  unsupported,
  type CallOptions,
  type RunningOptions,
  type Capabilities,
  type Operation,
  type Principal,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { withAccessors, type Accessors } from './accessors.ts'
import type { Asker, Backend, ClientTransactionOptions } from './backend/backend.ts'
import type { Subscription } from './changes/change-event.ts'
import { LiveSubscription, type Attach } from './changes/live-subscription.ts'
import { COMPOSED, iterate } from './composed-methods.ts'
import { adaptMethod } from './entity-accessor.ts'
import type { Explanation } from './explain/explain-operation.ts'
import type { TransactionOutcome } from './idempotency/transaction-outcome.ts'
import { readOptions } from './operation/call-options.ts'
import { finishError } from './operation/finish-error.ts'
import { takeInput } from './operation/take-input.ts'
import { resolveEntity } from './operation/resolve-operation.ts'
import { createPrincipal, SYSTEM, type Auth } from './principal/create-principal.ts'

/** Opened by the first call that needs it. */
export type OpenBackend = () => Backend | Promise<Backend>

const NO_OPTIONS: RunningOptions = {}

/** Names `call` for a host that alone holds what it asks: nothing of it is copied. */
export const CALL_OWN = Symbol('DBAL call of its own')

export class ClientScope {
  readonly #open: OpenBackend
  readonly #asker: Asker

  constructor(open: OpenBackend, principal: Principal, defaults: RunningOptions = NO_OPTIONS) {
    this.#open = open
    this.#asker = { principal, defaults }
  }

  /** The flat form of an operation. Rejects with DBALError. */
  async call(operation: Operation, options?: CallOptions): Promise<unknown> {
    const [asked, more] = taken([operation, options] as const)
    return this[CALL_OWN](asked, more)
  }

  [CALL_OWN](operation: Operation, options: RunningOptions | undefined): Promise<unknown> {
    const opened = this.#opened()
    return opened instanceof Promise
      ? opened.then((backend) => backend.call(this.#asker, operation, options))
      : opened.call(this.#asker, operation, options)
  }

  /**
   * Runs `work` on one connection; a thrown error rolls all back. On a transaction's own client it is a
   * nested one. Serialisation failures and deadlocks run it again, as errors.yaml says.
   */
  async transaction<T>(
    work: (tx: ScopedClient) => Promise<T>,
    options: ClientTransactionOptions = {},
  ): Promise<T> {
    const given = taken(options)
    const backend = await this.#opened()
    const { principal, defaults } = this.#asker
    return backend.transaction(
      this.#asker,
      (inner) => work(createScope(() => inner, principal, defaults)),
      given,
    )
  }

  /** Operations in order, in one transaction; their answers. */
  async batch(
    operations: readonly Operation[],
    options: ClientTransactionOptions = {},
  ): Promise<unknown[]> {
    if (!Array.isArray(operations)) {
      throw finishError(invalid([{ field: 'operations', error: 'must be a list' }]), undefined)
    }
    const [asked, given] = taken([operations, options] as const)
    const backend = await this.#opened()
    return backend.batch(this.#asker, asked, given)
  }

  /**
   * Whether the transaction with that idempotency key was committed, for when its answer was lost. After `none`
   * it cannot be committed any more.
   */
  async outcomeOf(key: string, options: CallOptions = {}): Promise<TransactionOutcome> {
    const backend = await this.#opened()
    return backend.outcomeOf(this.#asker, key, taken(options))
  }

  /** The same connection, another principal. Throws VALIDATION_ERROR for malformed claims. */
  as(auth: Auth | undefined): ScopedClient {
    return createScope(this.#open, createPrincipal(auth), this.#asker.defaults)
  }

  /** The trusted in-process caller: no rule applies but `<action>: false`. */
  system(): ScopedClient {
    return createScope(this.#open, SYSTEM, this.#asker.defaults)
  }

  /**
   * What the operation would answer this caller, by which rules and with which statements. It runs in a
   * transaction that is rolled back. For developers: never give its answer to a caller.
   */
  async explain(operation: Operation): Promise<Explanation> {
    const asked = taken(operation)
    const backend = await this.#opened()
    return backend.explain(this.#asker, asked)
  }

  async capabilities(): Promise<Capabilities> {
    return (await this.#opened()).capabilities
  }

  /**
   * The answer of `list`, and each change of it from then on (docs/spec/subscriptions.md). Nothing is asked
   * before the first `next()`, which rejects as `list` would.
   */
  subscribe(entity: string, input?: unknown, options?: CallOptions): Subscription {
    const [asked, more] = taken([input, options] as const)
    const attach: Attach = async (member, over) => {
      const backend = await this.#opened()
      try {
        // The caller's own signal ends the subscription, and with it this.
        const given = { ...readOptions(more), signal: over }
        return await backend.attach(this.#asker, { entity, input: asked, options: given }, member)
      } catch (error) {
        throw backend.failed(error)
      }
    }
    return new LiveSubscription(attach, more?.signal)
  }

  /** SQL that a spec names. The grammar of this version names none: CAPABILITY_NOT_SUPPORTED. */
  async raw(name: string): Promise<never> {
    const backend = await this.#opened()
    throw backend.failed(unsupported('raw', `the contract declares no statement ${name}`))
  }

  /** Does nothing: only the client that opened the store closes it. */
  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** A method of an accessor (`users.create`). */
  invoke(accessor: string, method: string, args: readonly unknown[]): unknown {
    // A generator runs nothing before it is asked for its first row.
    if (method === 'iterate') return this.#iterate(accessor, taken(args))
    if (method === 'subscribe')
      return this.subscribe(accessor, args[0], args[1] as CallOptions | undefined)
    return this.#invoke(accessor, method, args)
  }

  #invoke(accessor: string, method: string, given: readonly unknown[]): Promise<unknown> {
    try {
      const args = taken(given)
      const opened = this.#opened()
      return opened instanceof Promise
        ? opened.then((backend) => this.#callMethod(backend, accessor, method, args))
        : this.#callMethod(opened, accessor, method, args)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  #callMethod(
    backend: Backend,
    accessor: string,
    method: string,
    args: readonly unknown[],
  ): Promise<unknown> {
    try {
      const entity = resolveEntity(backend.model, accessor)
      const composed = COMPOSED.get(method)
      if (composed !== undefined)
        return composed(entity, this.#list(backend, entity), args).catch((error: unknown) => {
          throw backend.failed(error)
        })
      const { action, input, options } = adaptMethod(entity, method, args)
      return backend.call(this.#asker, { entity: entity.name, action, input }, options)
    } catch (error) {
      return Promise.reject(backend.failed(error))
    }
  }

  async *#iterate(accessor: string, args: readonly unknown[]): AsyncGenerator<unknown> {
    const backend = await this.#opened()
    try {
      const { name } = resolveEntity(backend.model, accessor)
      yield* iterate(
        (input, options) =>
          backend.pages(this.#asker, { entity: name, action: 'list', input }, options),
        args,
      )
    } catch (error) {
      throw backend.failed(error)
    }
  }

  #list(backend: Backend, { name }: Entity) {
    return (input: Operation['input'], options: RunningOptions): Promise<unknown> =>
      backend.call(this.#asker, { entity: name, action: 'list', input }, options)
  }

  #opened(): Backend | Promise<Backend> {
    const refuse = (error: unknown): never => {
      throw finishError(error, undefined)
    }
    try {
      const opened = this.#open()
      return opened instanceof Promise ? opened.catch(refuse) : opened
    } catch (error) {
      return refuse(error)
    }
  }
}

/** What a getter of the caller's throws is a DBALError as well. */
function taken<T>(given: T): T {
  try {
    return takeInput(given)
  } catch (error) {
    throw finishError(error, undefined)
  }
}

/** Its members, and an accessor for every entity: `client.users`. */
export interface ScopedClient extends ClientScope, Accessors {}

export function createScope(...args: ConstructorParameters<typeof ClientScope>): ScopedClient {
  return withAccessors(new ClientScope(...args))
}
