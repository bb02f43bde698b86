// The store in memory with one fault in it.
import { openMemory } from '@proj/dbal-adapter-memory'
import type { Adapter, Capabilities, Model, Query, QueryResult, Store } from '@proj/dbal-contract'

export type Run = Store['run']
export type Transaction = Store['transaction']

export interface Fault {
  /** The chapter of the cases that are about it, and the sentences of docs/spec that it breaks. */
  readonly chapter: string
  readonly breaks: readonly string[]
  readonly run?: (run: Run) => Run
  /** `inside` has the fault too. */
  readonly transaction?: (store: Store, inside: (store: Store) => Store) => Transaction
  readonly capabilities?: (capabilities: Capabilities) => Capabilities
}

export function openBroken(
  model: Model,
  fault: Pick<Fault, 'run' | 'transaction' | 'capabilities'>,
): Adapter {
  const memory = openMemory({ model })
  const inside = (store: Store): Store => {
    const run: Run = (query, params, options) => store.run(query, params, options)
    return {
      run: fault.run?.(run) ?? run,
      transaction:
        fault.transaction?.(store, inside) ??
        ((work, options) => store.transaction((inner) => work(inside(inner)), options)),
    }
  }
  const { name, capabilities } = memory
  return {
    ...inside(memory),
    name,
    capabilities: fault.capabilities?.(capabilities) ?? capabilities,
    close: () => memory.close(),
  }
}

/** It runs another query than it is asked to. */
export function asking(change: (query: Query) => Query): (run: Run) => Run {
  return (run) => (query, params, options) => run(change(query), params, options)
}

/** It answers otherwise than what was found. */
export function answering(
  change: (result: QueryResult, query: Query) => QueryResult,
): (run: Run) => Run {
  return (run) => async (query, params, options) => change(await run(query, params, options), query)
}
