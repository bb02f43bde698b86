// Auditing of operations: what is entered, when, and what becomes of an operation whose entry cannot be
// kept. Sealing is left to seal-audit.ts.
import {
  amend,
  DBALError,
  isDBALError,
  type Store,
  type TransactionOptions,
  type StopSignal,
  tracing,
} from '@proj/dbal-contract'
import type { Entity, Model } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import { newRequestId } from '../operation/request-id.ts'
import { nameOperation, type NamedOperation } from '../operation/resolve-operation.ts'
import type { Caller } from '../operation/run-operation.ts'
import { SYSTEM } from '../principal/create-principal.ts'
import { newUuid } from '../write/ids.ts'
import { inSavepoint } from '../write/in-transaction.ts'
import type { AuditEntry } from './audit-entry.ts'
import type { AuditQueue } from './audit-queue.ts'
import type { AuditSink } from './audit-sink.ts'
import { AuditTrail } from './audit-trail.ts'
import { enteredCodes, isEntered, isWatched, isWrite } from './audited-operation.ts'
import { makeEntries, makeEntry, withFurther, type AuditedCall } from './make-entries.ts'
import { TouchingStore, type Touched } from './touching-store.ts'

/** What is done around the built-in operation once it is known to be permitted and valid. */
export type Surround = (
  context: OperationContext,
  work: (context: OperationContext) => Promise<unknown>,
) => Promise<unknown>

type Run = (caller: Caller, surround?: Surround) => Promise<unknown>

interface Options {
  readonly model: Model
  readonly sink: AuditSink
  readonly queue: AuditQueue
  readonly now: () => Date
  /** Of the transaction that a change is put in; undefined: the engine's own. */
  readonly isolation: TransactionOptions['isolation']
  /** The engine has savepoints. */
  readonly nests: boolean
  /** Told when something was entered, so that it is sealed soon. */
  readonly entered: () => void
}

export class AuditLog {
  readonly #options: Options
  readonly #codes: ReadonlySet<string>
  /** Whether an include may reach an entity whose every access is entered. */
  readonly #watchesReads: boolean
  readonly #trails = new WeakMap<Store, AuditTrail>()

  constructor(options: Options) {
    this.#options = options
    this.#codes = enteredCodes(options.model)
    this.#watchesReads = [...options.model.entities.values()].some(
      ({ security }) => security.auditAllAccess,
    )
  }

  /** Runs the operation; what it did is entered, or it was not done. */
  run(call: AuditedCall, run: Run): Promise<unknown> {
    const named = nameOperation(this.#options.model, call.asked)
    if (named === undefined) return run(call.caller)
    const { entity, operation } = named
    if (operation.builtIn === undefined)
      return isWatched(entity, operation) ? this.#handle(call, named, run) : run(call.caller)
    if (isWrite(operation)) return this.#change(call, named, run)
    const watched = isWatched(entity, operation)
    return watched || this.#watchesReads ? this.#show(call, named, watched, run) : run(call.caller)
  }

  async #handle(call: AuditedCall, named: NamedOperation, run: Run): Promise<unknown> {
    const answer = await run(call.caller)
    await this.#handled(call, named)
    return answer
  }

  async #show(
    call: AuditedCall,
    named: NamedOperation,
    watched: boolean,
    run: Run,
  ): Promise<unknown> {
    const { store } = call.caller
    const touched: Touched = new Map()
    const touching = new TouchingStore(
      unwrap(store),
      this.#options.model,
      touched,
      this.#trailOf(store),
    )
    const answer = await run({ ...call.caller, store: touching })
    if (!watched && touched.size === 0) return answer
    const { model, now } = this.#options
    const entries = makeEntries(model, now(), call, named, touched, answer)
    await this.#read(call, watched ? entries : entries.slice(1))
    return answer
  }

  /**
   * Enters a failed operation, where it is to be entered, and answers the error that names the entry. A
   * denial stays one even if the log cannot be written now.
   */
  async refused(call: AuditedCall, error: DBALError): Promise<DBALError> {
    const { model, now, queue } = this.#options
    const named = nameOperation(model, call.asked)
    const always =
      named !== undefined && (isWrite(named.operation) || isWatched(named.entity, named.operation))
    const byCode = this.#codes.has(error.code) && !isEntered(error)
    if (!always && !byCode) return error
    const entry = makeEntry(model, now(), call, named, { code: error.code })
    const { store, inTransaction } = call.caller
    const trail = this.#trailOf(store)
    if (!inTransaction) await queue.deliver([entry])
    // Outside it would wait for the transaction, and inside be lost with it.
    else if (trail?.hold(trail.afterEnd, [entry]) !== true) queue.keep([entry])
    this.#options.entered()
    return isEntered(error) ? error : amend(error, { decisionId: entry.entryId })
  }

  /**
   * A transaction whose entries are written as far as it commits, and its denials in any case.
   * @param takesBack enters that changes were undone, where the sink has them already
   */
  async transaction<T>(
    store: Store,
    work: (store: Store) => Promise<T>,
    options?: TransactionOptions,
    takesBack = true,
  ): Promise<T> {
    const outer = this.#trailOf(store)
    const trail = new AuditTrail()
    let handedOver = false
    try {
      const answer = await unwrap(store).transaction(async (inner) => {
        this.#trails.set(inner, trail)
        const result = await work(inner)
        if (outer === undefined) {
          handedOver = true
          await this.#demand(trail.beforeCommit)
        }
        return result
      }, options)
      if (outer === undefined) await this.#options.queue.deliver(trail.afterEnd)
      else outer.adopt(trail)
      return answer
    } catch (error) {
      const undone = handedOver && takesBack ? trail.beforeCommit : []
      const code = isDBALError(error) ? error.code : 'TX_ABORTED'
      const takenBack = undone.map((entry) => ({
        ...entry,
        entryId: newUuid(),
        success: false,
        code,
      }))
      if (outer === undefined)
        await this.#options.queue.deliver([...trail.afterEnd, ...trail.ifRolledBack, ...takenBack])
      else outer.adoptFailed(trail)
      throw error
    }
  }

  /** Deletes rows whose time is over, of nobody's asking: `work` answers how many. Entered as the system's. */
  expire(store: Store, entity: Entity, work: (store: Store) => Promise<number>): Promise<number> {
    const { model, now, isolation } = this.#options
    const started = performance.now()
    const remove = async (inner: Store): Promise<number> => {
      const touched: Touched = new Map()
      const touching = new TouchingStore(inner, model, touched, this.#trailOf(inner))
      const count = await work(touching)
      const caller = { principal: SYSTEM, store, inTransaction: false, defaults: {} }
      const id = newRequestId()
      const call = { caller, asked: {}, requestId: () => id, started }
      const own = { ...makeEntry(model, now(), call, undefined), entity: entity.name }
      const entries = withFurther(model, { ...own, operation: 'expire' }, touched)
      if (count > 0) await this.#changed(touching, entries)
      return count
    }
    return this.transaction(store, remove, { isolation })
  }

  /**
   * The change and its entries are kept together, or neither is. Whether it may be made at all is found
   * out before, so that a denial opens no transaction.
   */
  async #change(call: AuditedCall, named: NamedOperation, run: Run): Promise<unknown> {
    const { caller, signal } = call
    const { model, now, sink, isolation, nests } = this.#options
    const touched: Touched = new Map()
    let entered = false
    const surround: Surround = async (context, work) => {
      entered = true
      touched.clear()
      const answer = await work(context)
      const entries = makeEntries(model, now(), call, named, touched, answer)
      await this.#changed(context.store.base, entries, signal)
      return answer
    }
    const follow: Surround = async (context, work) => {
      entered = true
      const answer = await work(context)
      await this.#demand(makeEntries(model, now(), call, named, touched, answer))
      return answer
    }
    if (caller.inTransaction) {
      const { store } = caller
      const inner = new TouchingStore(unwrap(store), model, touched, this.#trailOf(store))
      const answer = await run({ ...caller, store: inner }, surround)
      if (!entered) await this.#replayed(call, named)
      return answer
    }
    const outside = unwrap(caller.store)
    const begin: Store['transaction'] = (work, options) =>
      this.transaction(
        outside,
        (store) => work(new TouchingStore(store, model, touched, this.#trails.get(store))),
        { signal: options?.signal, principal: options?.principal, isolation },
        false,
      )
    const store = new TouchingStore(outside, model, touched, undefined, begin)
    const answer = await run({ ...caller, store }, (context, work) => {
      // A keyed call has begun its transaction itself.
      if (context.store.inTransaction) return surround(context, work)
      if (sink.follows) return follow(context, work)
      const once = (): Promise<unknown> => inSavepoint(context, (inner) => surround(inner, work))
      if (nests || named.operation.builtIn !== 'upsert') return once()
      // Without savepoints a rival's row ends the transaction; the next one finds it there to update.
      return once().catch((error: unknown) => {
        const rival = isDBALError(error) && ['CONFLICT', 'TX_ABORTED'].includes(error.code)
        if (!rival) throw error
        return once()
      })
    })
    if (!entered) await this.#replayed(call, named)
    return answer
  }

  /** Entries of what was changed in this transaction. */
  async #changed(store: Store, entries: readonly AuditEntry[], signal?: StopSignal): Promise<void> {
    const trail = this.#trailOf(store)
    if (this.#options.sink.transactional) await this.#demand(entries, unwrap(store), signal)
    else if (trail?.hold(trail.beforeCommit, entries) !== true) throw unavailable()
  }

  /** The call was answered from what its idempotency key stands for, and changed nothing. */
  #replayed(call: AuditedCall, named: NamedOperation): Promise<void> {
    const { model, now } = this.#options
    const { changedFields: _, ...entry } = makeEntry(model, now(), call, named)
    return this.#read(call, [{ ...entry, operation: 'replay' }])
  }

  /** Nobody gets what he reads unless that he did is kept. */
  async #read({ caller, signal }: AuditedCall, entries: readonly AuditEntry[]): Promise<void> {
    if (entries.length === 0) return
    const { sink } = this.#options
    const store = unwrap(caller.store)
    if (!caller.inTransaction || !sink.transactional)
      return this.#demand(entries, undefined, signal)
    await this.#demand(entries, store, signal)
    const trail = this.#trailOf(caller.store)
    if (trail?.hold(trail.ifRolledBack, entries) === false) throw unavailable()
  }

  async #handled(call: AuditedCall, named: NamedOperation): Promise<void> {
    const { model, now } = this.#options
    try {
      await this.#read(call, [makeEntry(model, now(), call, named)])
    } catch (error) {
      // What the handler did is done.
      throw unavailable(isDBALError(error) ? error.cause : error, 'applied')
    }
  }

  async #demand(entries: readonly AuditEntry[], store?: Store, signal?: StopSignal): Promise<void> {
    if (entries.length === 0) return
    try {
      await this.#options.sink.write(entries, store, signal)
    } catch (cause) {
      // A conflict between transactions is none of the log's, and may pass when tried again.
      const passes = ['SERIALIZATION_CONFLICT', 'TIMEOUT', 'CANCELLED']
      if (isDBALError(cause) && passes.includes(cause.code)) throw cause
      throw unavailable(cause)
    }
    this.#options.entered()
    tracing.trace?.through('audit')
  }

  #trailOf(store: Store): AuditTrail | undefined {
    return store instanceof TouchingStore ? store.trail : this.#trails.get(store)
  }
}

function unwrap(store: Store): Store {
  return store instanceof TouchingStore ? store.store : store
}

function unavailable(cause?: unknown, outcome: 'none' | 'applied' = 'none'): DBALError {
  const reason = 'the audit log cannot be written'
  return new DBALError('UNAVAILABLE', { details: { reason }, outcome, cause })
}
