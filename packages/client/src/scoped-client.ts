// One principal's view of an open client: what `client`, `as()`, `system()` and `tx` have in common.
import {
  invalid,
  isDBALError,
  unsupported,
  type CallOptions,
  type Capabilities,
  type DBALError,
  type IsolationLevel,
  type Operation,
  type Principal,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { withAccessors, type Accessors } from './accessors.ts'
import { COMPOSED, iterate } from './composed-methods.ts'
import { adaptMethod } from './entity-accessor.ts'
import { explainOperation, type Explanation } from './explain/explain-operation.ts'
import { finishError } from './operation/finish-error.ts'
import { resolveEntity } from './operation/resolve-operation.ts'
import { runOperation, type Caller } from './operation/run-operation.ts'
import { createPrincipal, SYSTEM, type Auth } from './principal/create-principal.ts'
import type { Connection, Runtime } from './runtime.ts'
import { runTransaction } from './transaction/run-transaction.ts'

export interface ClientTransactionOptions {
  readonly isolation?: IsolationLevel | undefined
  /** False: a serialisation failure is thrown instead of running the callback again. */
  readonly retry?: boolean | undefined
  /** Milliseconds, of all attempts together; 30 000 by default. */
  readonly timeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/** Opened by the first call that needs it. */
export type OpenRuntime = () => Runtime | Promise<Runtime>

const NO_OPTIONS: CallOptions = {}

export class ClientScope {
  readonly #open: OpenRuntime
  readonly #principal: Principal
  readonly #connection: Connection | undefined
  readonly #defaults: CallOptions

  constructor(
    open: OpenRuntime,
    principal: Principal,
    connection?: Connection,
    defaults: CallOptions = NO_OPTIONS,
  ) {
    this.#open = open
    this.#principal = principal
    this.#connection = connection
    this.#defaults = defaults
  }

  /** The flat form of an operation. Rejects with DBALError. */
  async call(operation: Operation, options?: CallOptions): Promise<unknown> {
    const opened = this.#opened()
    const runtime = opened instanceof Promise ? await opened : opened
    return this.#call(runtime, operation, options)
  }

  /**
   * Runs `work` on one connection; a thrown error rolls all back. On a transaction's own client it is a
   * nested one. Serialisation failures and deadlocks run it again, as errors.yaml says.
   */
  async transaction<T>(
    work: (tx: ScopedClient) => Promise<T>,
    options: ClientTransactionOptions = {},
  ): Promise<T> {
    const runtime = await this.#opened()
    const connection = this.#connection
    try {
      const run = runTransaction(runtime, connection, options, (inner) =>
        work(createScope(() => runtime, this.#principal, inner, this.#defaults)),
      )
      connection?.track?.(run)
      return await run
    } catch (error) {
      // What a nested transaction did is undone and its own affair; one that was refused did nothing.
      const refused = isDBALError(error) && error.code === 'CAPABILITY_NOT_SUPPORTED'
      if (refused) connection?.failed?.(error)
      throw error
    }
  }

  /** Operations in order, in one transaction; their answers. */
  async batch(
    operations: readonly Operation[],
    options?: ClientTransactionOptions,
  ): Promise<unknown[]> {
    if (!Array.isArray(operations)) {
      throw finishError(invalid([{ field: 'operations', error: 'must be a list' }]), undefined)
    }
    return this.transaction(async (tx) => {
      const answers: unknown[] = []
      for (const operation of operations as readonly Operation[])
        answers.push(await tx.call(operation))
      return answers
    }, options)
  }

  /** The same connection, another principal. Throws VALIDATION_ERROR for malformed claims. */
  as(auth: Auth | undefined): ScopedClient {
    return createScope(this.#open, createPrincipal(auth), this.#connection, this.#defaults)
  }

  /** The trusted in-process caller: no rule applies but `<action>: false`. */
  system(): ScopedClient {
    return createScope(this.#open, SYSTEM, this.#connection, this.#defaults)
  }

  /**
   * What the operation would answer this caller, by which rules and with which statements. It runs in a
   * transaction that is rolled back. For developers: never give its answer to a caller.
   */
  async explain(operation: Operation): Promise<Explanation> {
    const runtime = await this.#opened()
    try {
      return await explainOperation(runtime, this.#caller(runtime), operation)
    } catch (error) {
      throw this.#failed(runtime, error)
    }
  }

  async capabilities(): Promise<Capabilities> {
    return (await this.#opened()).adapter.capabilities
  }

  /** Live changes. No adapter of this version offers them in process: CAPABILITY_NOT_SUPPORTED. */
  async subscribe(entity: string): Promise<never> {
    const runtime = await this.#opened()
    try {
      resolveEntity(runtime.model, entity)
      throw unsupported('changes')
    } catch (error) {
      throw this.#failed(runtime, error)
    }
  }

  /** SQL that a spec names. The grammar of this version names none: CAPABILITY_NOT_SUPPORTED. */
  async raw(name: string): Promise<never> {
    const runtime = await this.#opened()
    throw this.#failed(runtime, unsupported('raw', `the contract declares no statement ${name}`))
  }

  /** Does nothing: only the client that opened the store closes it. */
  async close(): Promise<void> {}

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** A method of an accessor (`users.create`). */
  invoke(accessor: string, method: string, args: readonly unknown[]): unknown {
    if (method === 'iterate') return this.#iterate(accessor, args)
    return this.#invoke(accessor, method, args)
  }

  async #invoke(accessor: string, method: string, args: readonly unknown[]): Promise<unknown> {
    const opened = this.#opened()
    const runtime = opened instanceof Promise ? await opened : opened
    try {
      const entity = resolveEntity(runtime.model, accessor)
      const composed = COMPOSED.get(method)
      if (composed !== undefined) return await composed(entity, this.#list(runtime, entity), args)
      const { action, input, options } = adaptMethod(entity, method, args)
      return await this.#call(runtime, { entity: entity.name, action, input }, options)
    } catch (error) {
      throw this.#failed(runtime, error)
    }
  }

  async *#iterate(accessor: string, args: readonly unknown[]): AsyncGenerator<unknown> {
    const runtime = await this.#opened()
    try {
      yield* iterate(this.#list(runtime, resolveEntity(runtime.model, accessor)), args)
    } catch (error) {
      throw this.#failed(runtime, error)
    }
  }

  #list(runtime: Runtime, { name }: Entity) {
    return (input: Operation['input'], options: CallOptions): Promise<unknown> =>
      this.#call(runtime, { entity: name, action: 'list', input }, options)
  }

  async #call(
    runtime: Runtime,
    operation: Operation,
    options: CallOptions | undefined,
  ): Promise<unknown> {
    const call = this.#run(runtime, operation, options)
    this.#connection?.track?.(call)
    return call
  }

  async #run(
    runtime: Runtime,
    operation: Operation,
    options: CallOptions | undefined,
  ): Promise<unknown> {
    try {
      this.#connection?.demandOpen?.()
      return await runOperation(runtime, this.#caller(runtime), operation, options)
    } catch (error) {
      throw this.#failed(runtime, error)
    }
  }

  #caller(runtime: Runtime): Caller {
    const connection = this.#connection
    return {
      principal: this.#principal,
      store: connection?.store ?? runtime.store,
      inTransaction: connection?.inTransaction ?? false,
      defaults: this.#defaults,
    }
  }

  /** The error as the caller gets it; an open transaction hears of it. */
  #failed(runtime: Runtime, error: unknown): DBALError {
    const finished = finishError(error, runtime.model)
    this.#connection?.failed?.(finished)
    return finished
  }

  #opened(): Runtime | Promise<Runtime> {
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

/** Its members, and an accessor for every entity: `client.users`. */
export interface ScopedClient extends ClientScope, Accessors {}

export function createScope(...args: ConstructorParameters<typeof ClientScope>): ScopedClient {
  return withAccessors(new ClientScope(...args))
}
