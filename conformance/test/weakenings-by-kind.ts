// For each kind of operation a weaker version of our own parts that calls of other kinds do not come by.
import type { AggregateQuery, DeleteQuery, Operation, SelectQuery } from '@proj/dbal-contract'
import type { Kind } from '../src/non-interference/programs.ts'
import {
  asSystem,
  including,
  rowCount,
  says,
  selecting,
  storedRow,
  type Parts,
  type Weakening,
} from './weakenings.ts'

export const BY_KIND: readonly {
  readonly kind: Kind
  readonly what: string
  readonly weakening: Weakening
}[] = [
  {
    kind: 'distinct',
    what: 'hidden rows among the combinations',
    weakening: selecting((asked, folded) =>
      asked.distinct === undefined ? folded : { ...folded, where: asked.where },
    ),
  },
  {
    kind: 'having',
    what: 'hidden rows in groups that are chosen among',
    weakening: {
      'policy/src/fold-query': ({ foldAggregate }) => ({
        foldAggregate: (asked: AggregateQuery, ...rest: unknown[]) => {
          const folded = foldAggregate(asked, ...rest)
          if (asked.having === undefined) return folded
          return { ...folded, query: { ...folded.query, where: asked.where } }
        },
      }),
    },
  },
  {
    kind: 'search',
    what: 'text of hidden rows',
    weakening: selecting((asked, folded) =>
      says(asked.where, '"insensitive":true') ? { ...folded, where: asked.where } : folded,
    ),
  },
  {
    kind: 'json',
    what: 'paths into hidden json',
    weakening: {
      'policy/src/guard-filter': ({ guardFilter }) => ({
        guardFilter: (filter: unknown, ...rest: unknown[]) =>
          says(filter, '"jsonPath"') ? filter : guardFilter(filter, ...rest),
      }),
    },
  },
  {
    kind: 'include',
    what: 'hidden rows in a limited relation',
    weakening: including(({ query }) => query.limit !== undefined),
  },
  {
    kind: 'include',
    what: 'hidden rows in the count of a relation',
    weakening: including(({ want }) => want === 'count'),
  },
  {
    kind: 'include',
    what: 'hidden rows in a filtered relation',
    weakening: including(({ query, want }) => want === 'rows' && query.where.kind !== 'true'),
  },
  {
    kind: 'pages',
    what: 'pages after the first past the rules',
    weakening: {
      'client/src/builtin/list': ({ list }) => ({
        list: (context: Parts, input: Parts) =>
          list(input['cursor'] === undefined ? context : asSystem(context), input),
      }),
    },
  },
  {
    kind: 'relation',
    what: 'records that are found past the rules',
    weakening: {
      'client/src/write/child-records': ({ findRecord, lookUpRecord }) => ({
        findRecord: (context: Parts, ...rest: unknown[]) => findRecord(asSystem(context), ...rest),
        lookUpRecord: (context: Parts, ...rest: unknown[]) =>
          lookUpRecord(asSystem(context), ...rest),
      }),
    },
  },
  {
    kind: 'set',
    what: 'hidden records that a set would let go',
    weakening: {
      'policy/src/fold-query': ({ foldFind }) => ({
        foldFind: (asked: SelectQuery, trusted: boolean, ...rest: unknown[]) => {
          const folded = foldFind(asked, trusted, ...rest)
          if (!says(asked.where, 'Id"')) return folded
          return { ...folded, query: { ...folded.query, where: asked.where } }
        },
      }),
    },
  },
  {
    kind: 'upsert',
    what: 'hidden fields of the row',
    weakening: {
      'client/src/builtin/upsert': ({ upsert }) => ({
        upsert: async (context: Parts, input: Parts) =>
          storedRow(context, (await upsert(context, input)).id),
      }),
    },
  },
  {
    kind: 'delete',
    what: 'hidden rows that go with a row',
    weakening: {
      'policy/src/delete-rows': ({ deleteRows }) => ({
        deleteRows: async (guard: Parts, query: DeleteQuery, params: unknown) => {
          const before = await rowCount(guard)
          const deleted = await deleteRows(guard, query, params)
          return deleted === 0 ? 0 : before - (await rowCount(guard))
        },
      }),
    },
  },
  {
    kind: 'batch',
    what: 'operations past the rules',
    weakening: {
      'client/src/scoped-client': ({ ClientScope }) => {
        ClientScope.prototype.batch = function batch(
          this: Parts,
          operations: readonly Operation[],
        ) {
          return this['transaction'](async (tx: Parts) => {
            const answers: unknown[] = []
            for (const operation of operations) answers.push(await tx['system']().call(operation))
            return answers
          })
        }
        return {}
      },
    },
  },
  {
    kind: 'commit',
    what: 'rows read past the rules',
    weakening: {
      'policy/src/guarded-store': ({ GuardedStore }) => ({
        GuardedStore: class extends GuardedStore {
          select(query: SelectQuery, params: readonly unknown[], verb: unknown): unknown {
            if (!this['inTransaction']) return super.select(query, params, verb)
            return this['base'].run(query, params).then(({ rows }: Parts) => rows)
          }
        },
      }),
    },
  },
  {
    kind: 'roll back',
    what: 'rows counted past the rules',
    weakening: {
      'policy/src/guarded-store': ({ GuardedStore }) => ({
        GuardedStore: class extends GuardedStore {
          aggregate(query: AggregateQuery, params: readonly unknown[]): unknown {
            if (!this['inTransaction']) return super.aggregate(query, params)
            return this['base'].run(query, params).then(({ rows }: Parts) => rows)
          }
        },
      }),
    },
  },
]
