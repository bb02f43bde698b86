// Reading: what is wrong with an adapter, and the sentences that it breaks.
import type { Query, QueryResult, ResultRow, SelectQuery } from '@proj/dbal-contract'
import {
  allOf,
  anyOf,
  mapPredicate,
  type PredicateMapper,
  type QueryOperand,
  type QueryPredicate,
} from '@proj/dbal-schema'
import { answering, asking, type Fault, type Run } from './broken-adapter.ts'

export const faultsOfReads: Readonly<Record<string, Fault>> = {
  'drops a row': {
    chapter: 'page',
    breaks: ['PAGE-1', 'PAGE-2'],
    run: answering((result, { kind }) =>
      kind === 'select' && result.rows.length > 1
        ? { ...result, rows: result.rows.slice(1) }
        : result,
    ),
  },
  'ignores the limit of groups': {
    chapter: 'page',
    breaks: ['AGG-8'],
    run: asking((query) => (query.kind === 'aggregate' ? without(query, 'limit') : query)),
  },
  'ignores the offset': {
    chapter: 'page',
    breaks: ['PAGE-5'],
    run: ofSelects((query) => without(query, 'offset')),
  },
  'ignores having': {
    chapter: 'page',
    breaks: ['AGG-7'],
    run: asking((query) => (query.kind === 'aggregate' ? without(query, 'having') : query)),
  },
  'ignores the order': {
    chapter: 'ordering',
    breaks: ['ORDER-1'],
    run: ofSelects((query) => ({ ...query, sort: [] })),
  },
  'puts NULL first': {
    chapter: 'ordering',
    breaks: ['ORDER-2'],
    run: ofSelects((query) => ({
      ...query,
      sort: query.sort.map((term) => ({ ...term, nulls: 'first' })),
    })),
  },
  'keeps what is not distinct': {
    chapter: 'ordering',
    breaks: ['ORDER-6'],
    run: ofSelects((query) => without(query, 'distinct')),
  },
  'takes NULL for equal to NULL': {
    chapter: 'null',
    breaks: ['NULL-1'],
    run: ofConditions((node) =>
      node.kind === 'compare' && node.op === '='
        ? anyOf([
            node,
            allOf<QueryOperand>([
              { kind: 'isNull', operand: node.left },
              { kind: 'isNull', operand: node.right },
            ]),
          ])
        : undefined,
    ),
  },
  'takes unknown for false': {
    chapter: 'null',
    breaks: ['PRED-4'],
    run: ofConditions((node, map) =>
      node.kind === 'not'
        ? { kind: 'not', term: { kind: 'holds', term: map(node.term) } }
        : undefined,
    ),
  },
  'folds case where it matches': {
    chapter: 'predicate',
    breaks: ['PRED-16'],
    run: ofConditions((node) =>
      node.kind === 'match' ? { ...node, insensitive: true } : undefined,
    ),
  },
  'truncates bigints': {
    chapter: 'value',
    breaks: ['VALUE-4'],
    run: answering((result) => ({ ...result, rows: result.rows.map(truncated) })),
  },
  'shows a hidden row': {
    chapter: 'access',
    breaks: ['ACC-20', 'ACC-22'],
    run: ofSelects((query) =>
      query.where.kind === 'and'
        ? { ...query, where: allOf(query.where.terms.slice(0, -1)) }
        : query,
    ),
  },
  'shows a hidden field': {
    chapter: 'access',
    breaks: ['ACC-24', 'ACC-25'],
    run: ofSelects((query) => without(query, 'masks')),
  },
  'ignores the limit of included rows': {
    chapter: 'relation',
    breaks: ['REL-4'],
    run: ofSelects(({ include = [], ...query }) => ({
      ...query,
      include: include.map((each) => ({ ...each, query: without(each.query, 'limit') })),
    })),
  },
  'includes for one parent only': {
    chapter: 'relation',
    breaks: ['REL-2', 'REL-4'],
    run: answering((result, query) =>
      query.kind === 'select' ? withoutIncluded(result, query) : result,
    ),
  },
  'answers reads that are made at once with the row of one': {
    chapter: 'operation',
    breaks: ['OP-6'],
    run: sharingReads,
  },
}

function without<T extends object, K extends keyof T>(record: T, key: K): Omit<T, K> {
  const rest = { ...record }
  delete rest[key]
  return rest
}

function ofSelects(change: (query: SelectQuery) => SelectQuery): (run: Run) => Run {
  return asking((query) => (query.kind === 'select' ? change(query) : query))
}

/** Of every query; a part that is not replaced is looked into. */
function ofConditions(
  node: NonNullable<PredicateMapper<QueryOperand, QueryOperand>['node']>,
): (run: Run) => Run {
  const change = (where: QueryPredicate): QueryPredicate =>
    mapPredicate(where, { operand: (operand) => operand, node })
  return asking((query: Query) =>
    'where' in query ? { ...query, where: change(query.where) } : query,
  )
}

function truncated(row: ResultRow): ResultRow {
  const entries = Object.entries(row).map(([key, value]) => [
    key,
    typeof value === 'bigint' ? BigInt(Number(value)) : value,
  ])
  return Object.fromEntries(entries) as ResultRow
}

function withoutIncluded(result: QueryResult, { include = [] }: SelectQuery): QueryResult {
  const names = include.map(({ as }) => as)
  const emptied = (row: ResultRow): ResultRow => {
    const entries = Object.entries(row).map(([key, value]) => [
      key,
      names.includes(key) && Array.isArray(value) ? [] : value,
    ])
    return Object.fromEntries(entries) as ResultRow
  }
  return { ...result, rows: result.rows.map((row, n) => (n === 0 ? row : emptied(row))) }
}

function sharingReads(run: Run): Run {
  let first: ReturnType<Run> | undefined
  return (query, params, options) => {
    if (query.kind !== 'select') return run(query, params, options)
    first ??= run(query, params, options).finally(() => (first = undefined))
    return first
  }
}
