// One principal's view of an open client: what `client`, `as()`, `system()` and `tx` have in common.
import type {
  CallOptions,
  RunningOptions,
  Capabilities,
  Operation,
  Page,
  Principal,
} from '@proj/dbal-contract'
import { DBALError, invalid, isDBALError, unsupported } from '@proj/dbal-contract/base'
import { withAccessors, type Accessors } from './accessors.ts'
import type { Asker, Backend, ClientTransactionOptions } from './backend/backend.ts'
import type { Subscription } from './changes/change-event.ts'
import { LiveSubscription, type Attach } from './changes/live-subscription.ts'
import { actionOf, adaptMethod, type FlatCall } from './entity-accessor.ts'
import type { Explanation } from './explain/explain-operation.ts'
import type { TransactionOutcome } from './idempotency/transaction-outcome.ts'
import { NONE, readOptions } from './operation/call-options.ts'
import { demandOperations } from './operation/demand-operation.ts'
import { finishError } from './operation/finish-error.ts'
import { takeInput } from './operation/take-input.ts'
import { resolveEntity } from './operation/resolve-operation.ts'
import { createPrincipal, SYSTEM, type Auth } from './principal/create-principal.ts'
import { readTransactionOptions } from './transaction/transaction-options.ts'

/** Opened by the first call that needs it. */
export type OpenBackend = () => Backend | Promise<Backend>

/** Names `call` for a host that alone holds what it asks, and knows its options: nothing is copied, or read again. */
export const CALL_OWN = Symbol('DBAL call of its own')

export class ClientScope {
  readonly #open: OpenBackend
  readonly #asker: Asker

  constructor(open: OpenBackend, principal: Principal, defaults: RunningOptions = NONE) {
    this.#open = open
    this.#asker = { principal, defaults }
  }

  /** The flat form of an operation. Rejects with DBALError. */
  async call(operation: Operation, options?: CallOptions): Promise<unknown> {
    const [asked, more] = taken([operation, options] as const)
    const backend = await this.#opened()
    let read: RunningOptions
    try {
      read = readOptions(more)
    } catch (fault) {
      return refused(backend, this.#asker, asked, fault)
    }
    return backend.call(this.#asker, asked, read)
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
    const more = taken(options)
    const given = finished(() => {
      if (typeof work !== 'function')
        throw invalid([{ field: 'work', error: 'must be a function' }])
      return readTransactionOptions(more)
    })
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
    const [asked, more] = taken([operations, options] as const)
    const given = finished(() => {
      demandOperations(asked)
      return readTransactionOptions(more)
    })
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
    const asker = this.#asker
    let asked: FlatCall
    try {
      asked = adaptMethod(resolveEntity(backend.model, accessor), method, args)
    } catch (fault) {
      return refused(backend, asker, { entity: accessor, action: actionOf(method) }, fault)
    }
    const { operation, options, answer } = asked
    const call = backend.call(asker, operation, options)
    return answer === undefined ? call : call.then(answer)
  }

  async *#iterate(accessor: string, args: readonly unknown[]): AsyncGenerator<unknown> {
    const backend = await this.#opened()
    let asked: FlatCall
    try {
      asked = adaptMethod(resolveEntity(backend.model, accessor), 'list', args)
    } catch (fault) {
      await refused(backend, this.#asker, { entity: accessor, action: 'list' }, fault)
      return
    }
    try {
      const pages = backend.pages(this.#asker, asked.operation, asked.options)
      for await (const page of pages) yield* (page as Page).data
    } catch (error) {
      throw backend.failed(error)
    }
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

/** A call whose arguments say why it is none: rejects as the call itself would, and is noticed as one. */
function refused(
  backend: Backend,
  asker: Asker,
  operation: Operation,
  fault: unknown,
): Promise<never> {
  const known = isDBALError(fault) ? fault : new DBALError('INTERNAL_ERROR', { cause: fault })
  return backend.call(asker, operation, undefined, known) as Promise<never>
}

/** What a getter of the caller's throws is a DBALError as well. */
function taken<T>(given: T): T {
  return finished(() => takeInput(given))
}

/** With the errors of `read` as a caller gets them. */
function finished<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw finishError(error, undefined)
  }
}

/** Its members, and an accessor for every entity: `client.users`. */
export interface ScopedClient extends ClientScope, Accessors {}

export function createScope(...args: ConstructorParameters<typeof ClientScope>): ScopedClient {
  return withAccessors(new ClientScope(...args))
}
