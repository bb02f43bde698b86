// The list family as query templates: `list`, `search`, `list_by_*` and `find` differ in their filter
// only.
import { isInt32, type AggregateQuery, type ResultRow, type SelectQuery } from '@proj/dbal-contract'
import type { Entity, OperationSpec, QueryPredicate } from '@proj/dbal-schema'
import { allOf } from '@proj/dbal-schema/model'
import { afterCursor, readCursor, type CursorScope } from '../page/cursor.ts'
import { compileFilter } from './compile-filter.ts'
import { compileInclude, compileSelect } from './compile-selection.ts'
import { compileSort, type CompiledSort } from './compile-sort.ts'
import type { QueryBuilder } from './query-builder.ts'

export interface ListOptions {
  readonly filter?: unknown
  readonly sort?: unknown
  readonly select?: unknown
  readonly include?: unknown
  readonly distinct?: readonly string[] | undefined
  readonly limit?: number | undefined
  readonly page?: number | undefined
  readonly cursor?: string | undefined
  readonly count?: boolean | undefined
}

export interface ListPlan {
  readonly sort: CompiledSort
  readonly limit: number
  readonly page: number | undefined
  /** Asked for and answered; the query may fetch more, for cursors. */
  readonly fields: readonly string[]
  readonly distinct: boolean
  /** Built only when no template of this shape is kept. */
  readonly build: () => SelectQuery
  readonly buildCount: () => AggregateQuery
}

/** Reads the options into the builder; its errors are complete when this returns. */
export function planList(
  entity: Entity,
  operation: OperationSpec,
  options: ListOptions,
  equal: Readonly<Record<string, unknown>> | undefined,
  builder: QueryBuilder,
  cursorScope: (sort: CompiledSort) => CursorScope,
  matching?: (builder: QueryBuilder) => QueryPredicate,
): ListPlan {
  const limit = options.limit ?? operation.defaultLimit
  const isWithin = limit <= operation.maxLimit
  if (!isWithin) builder.fail('limit', `must be at most ${operation.maxLimit}`)
  const fields = compileSelect(options.select, entity, builder, 'list')
  const include = compileInclude(options.include, entity, builder, 'list')
  const sort = compileSort(options.sort, entity, builder)
  const where = allOf([
    compileFilter(options.filter, entity, builder),
    compileFilter(equal, entity, builder, ''),
    ...(matching === undefined ? [] : [matching(builder)]),
  ])
  const after = readAfter(options, sort, builder, cursorScope)
  const distinct = readDistinct(options.distinct, entity, builder)
  const page = options.cursor === undefined ? (options.page ?? 1) : undefined
  // One row more than asked tells whether there is another page.
  const limitParam = builder.param(limit + 1, 'integer')
  const skipped = page === undefined || !isWithin ? 0 : (page - 1) * limit
  if (!isInt32(skipped)) builder.fail('page', 'is beyond what can be counted')
  builder.mark(skipped > 0 ? 'offset' : 'start')
  const offset = skipped > 0 ? builder.param(skipped, 'integer') : undefined
  return {
    sort,
    limit,
    page,
    fields,
    distinct: distinct !== undefined,
    build: () => ({
      kind: 'select',
      entity: entity.name,
      fields: [...new Set([...fields, ...sort.keys.map((key) => key.field.name)])],
      where: after === undefined ? where : allOf([where, after]),
      sort: sort.terms,
      limit: limitParam,
      ...(offset === undefined ? {} : { offset }),
      ...(distinct === undefined ? {} : { distinct }),
      ...(include.length > 0 ? { include } : {}),
    }),
    buildCount: () => countQuery(entity, where, distinct),
  }
}

/** One row with the count; with `distinct` one for each combination. */
export function countQuery(
  entity: Entity,
  where: QueryPredicate,
  distinct: readonly string[] = [],
): AggregateQuery {
  return {
    kind: 'aggregate',
    entity: entity.name,
    where,
    groupBy: distinct,
    terms: [{ function: 'count', as: COUNT }],
    sort: [],
  }
}

/** No field is called so. */
const COUNT = 'count:rows'

/** What `countQuery` answered. */
export function readTotal(rows: readonly ResultRow[], distinct: boolean): number {
  return distinct ? rows.length : Number(rows[0]?.[COUNT] ?? 0)
}

function readAfter(
  options: ListOptions,
  sort: CompiledSort,
  builder: QueryBuilder,
  scope: (sort: CompiledSort) => CursorScope,
): QueryPredicate | undefined {
  if (options.cursor === undefined) return undefined
  if (options.page !== undefined) builder.fail('page', 'cannot be given beside cursor')
  if (options.distinct !== undefined) builder.fail('distinct', 'cannot be given beside cursor')
  builder.mark('after')
  const values = readCursor(options.cursor, scope(sort))
  if (values !== undefined) return afterCursor(sort.keys, values, builder)
  builder.fail('cursor', 'is not a cursor of this list and sort')
  return undefined
}

function readDistinct(
  asked: readonly string[] | undefined,
  entity: Entity,
  builder: QueryBuilder,
): readonly string[] | undefined {
  if (asked === undefined || asked.length === 0) return undefined
  const distinct = [...new Set(asked)]
  builder.mark(`distinct:${distinct.join()}`)
  for (const name of distinct) {
    if (builder.accessTo(entity).field(name, 'sort') !== true) {
      builder.failUnknown('distinct', name, entity, 'sort')
    } else if (entity.fields.get(name)?.type === 'json') {
      builder.fail('distinct', 'cannot tell rows apart by this field')
    }
  }
  return distinct
}
