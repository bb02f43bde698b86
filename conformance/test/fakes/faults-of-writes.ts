// Writing and transactions: what is wrong with an adapter, and the sentences that it breaks.
import {
  DBALError,
  isDBALError,
  type Query,
  type QueryResult,
  type Store,
} from '@proj/dbal-contract'
import { answering, type Fault, type Run } from './broken-adapter.ts'

export const faultsOfWrites: Readonly<Record<string, Fault>> = {
  'counts what it did not change': {
    chapter: 'mutation',
    breaks: ['MUT-16'],
    run: answering((result, { kind }) => (kind === 'update' ? { ...result, count: 1 } : result)),
  },
  'says nothing of a taken unique value': {
    chapter: 'mutation',
    breaks: ['MUT-40'],
    run: swallowing('unique', 'insert'),
  },
  'says nothing of rows that keep another from going': {
    chapter: 'mutation',
    breaks: ['MUT-41'],
    run: swallowing('foreign_key', 'delete'),
  },
  'does not say what a conflict is about': {
    chapter: 'error',
    breaks: ['ERR-5'],
    run: (run) => (query, params, options) =>
      run(query, params, options).catch((error: unknown) => {
        throw isDBALError(error) ? new DBALError(error.code) : error
      }),
  },
  'reports a lost commit as done': {
    chapter: 'transaction',
    breaks: ['TX-1'],
    transaction: (store, inside) => (work, options) =>
      store
        .transaction(async (inner): Promise<Awaited<ReturnType<typeof work>>> => {
          throw new Lost(await work(inside(inner)))
        }, options)
        .catch((error: unknown) => {
          if (error instanceof Lost) return error.answer as Awaited<ReturnType<typeof work>>
          throw error
        }),
  },
  'rolls nothing back': {
    chapter: 'transaction',
    breaks: ['TX-2'],
    transaction: (store, inside) => (work) => work(inside(store)),
  },
  'takes a nested transaction for a part of its outer one': {
    chapter: 'transaction',
    breaks: ['TX-7'],
    transaction: (store, inside) => (work, options) =>
      store.transaction((inner) => work(flat(inside(inner))), options),
  },
  'claims a feature that it has not': {
    chapter: 'capability',
    breaks: ['CAP-16'],
    capabilities: (capabilities) => ({
      ...capabilities,
      features: new Set([...capabilities.features, 'migrations']),
    }),
  },
}

class Lost extends Error {
  readonly answer: unknown
  constructor(answer: unknown) {
    super()
    this.answer = answer
  }
}

function swallowing(conflict: string, kind: Query['kind']): (run: Run) => Run {
  return (run) => async (query, params, options) =>
    run(query, params, options).catch((error: unknown): QueryResult => {
      if (query.kind !== kind || !isDBALError(error) || error.details?.conflict !== conflict)
        throw error
      return { rows: [], count: 1 }
    })
}

function flat(store: Store): Store {
  return { ...store, transaction: (work) => work(flat(store)) }
}
