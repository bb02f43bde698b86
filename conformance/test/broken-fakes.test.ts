// The suite finds what is wrong: adapters that are wrong in one way each, and the case that says so.
import { openMemory } from '@proj/dbal-adapter-memory'
import type {
  Adapter,
  QueryPredicate,
  Query,
  QueryResult,
  ResultRow,
  Store,
} from '@proj/dbal-contract'
import { allOf, anyOf, mapPredicate } from '@proj/dbal-schema'
import { describe, expect, it } from 'vitest'
import { loadSuite, VectorRun, type VectorResult } from '../src/index.ts'

interface Fault {
  readonly query?: (query: Query) => Query
  readonly result?: (result: QueryResult, query: Query) => QueryResult
  readonly transaction?: 'lost'
}

const faults: Readonly<Record<string, Fault>> = {
  'drops a row': {
    result: ({ rows, count }, { kind }) =>
      kind === 'select' && rows.length > 1 ? { rows: rows.slice(1), count } : { rows, count },
  },
  'ignores the order': {
    query: (query) => (query.kind === 'select' ? { ...query, sort: [] } : query),
  },
  'takes NULL for equal to NULL': {
    query: (query) =>
      withWhere(query, (where) => mapPredicate(where, { operand: same, node: equal })),
  },
  'truncates bigints': {
    result: ({ rows, count }) => ({ rows: rows.map(truncated), count }),
  },
  'shows a hidden row': {
    query: (query) => (query.kind === 'select' ? withWhere(query, withoutLast) : query),
  },
  'counts what it did not change': {
    result: (result, { kind }) => (kind === 'update' ? { ...result, count: 1 } : result),
  },
  'reports a lost commit as done': { transaction: 'lost' },
}

class Lost extends Error {}

function broken(adapter: Adapter, fault: Fault): Adapter {
  const around = (store: Store): Store => ({
    run: async (query, params, options) => {
      const asked = fault.query?.(query) ?? query
      const result = await store.run(asked, params, options)
      return fault.result?.(result, query) ?? result
    },
    transaction: async (work, options) => {
      let answer: { readonly value: Awaited<ReturnType<typeof work>> } | undefined
      const run = store.transaction(async (inner) => {
        answer = { value: await work(around(inner)) }
        if (fault.transaction === 'lost') throw new Lost()
        return answer.value
      }, options)
      return run.catch((error: unknown) => {
        if (error instanceof Lost && answer !== undefined) return answer.value
        throw error
      })
    },
  })
  const { name, capabilities } = adapter
  return { ...around(adapter), name, capabilities, close: () => adapter.close() }
}

const same = <T>(operand: T): T => operand

function equal(node: QueryPredicate): QueryPredicate | undefined {
  if (node.kind !== 'compare' || node.op !== '=') return undefined
  const { left, right } = node
  return anyOf([
    node,
    allOf<typeof left>([
      { kind: 'isNull', operand: left },
      { kind: 'isNull', operand: right },
    ]),
  ])
}

function withoutLast(where: QueryPredicate): QueryPredicate {
  return where.kind === 'and' ? allOf(where.terms.slice(0, -1)) : where
}

function withWhere(query: Query, change: (where: QueryPredicate) => QueryPredicate): Query {
  return 'where' in query ? { ...query, where: change(query.where) } : query
}

function truncated(row: ResultRow): ResultRow {
  const entries = Object.entries(row).map(([key, value]) => [
    key,
    typeof value === 'bigint' ? BigInt(Number(value)) : value,
  ])
  return Object.fromEntries(entries) as ResultRow
}

const suite = await loadSuite()

async function firstFailure(fault: Fault): Promise<VectorResult | undefined> {
  const open = (model: Parameters<typeof openMemory>[0]['model']): Promise<Adapter> =>
    Promise.resolve(broken(openMemory({ model }), fault))
  const run = new VectorRun({ name: 'broken', open })
  try {
    for (const vector of suite.vectors) {
      const result = await run.play(vector, await suite.modelOf(vector))
      if (result.outcome.result === 'fail') return result
    }
    return undefined
  } finally {
    await run.close()
  }
}

describe('an adapter that', () => {
  it.each(Object.entries(faults))('%s is found out', async (_, fault) => {
    const found = await firstFailure(fault)
    expect(found?.vector.name).toBeDefined()
  })

  it('is not wrong is not', async () => {
    expect(await firstFailure({})).toBeUndefined()
  })
})
