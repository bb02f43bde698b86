import type { Page, ResultRow } from '@proj/dbal-contract'
import type { Entity, QueryPredicate } from '@proj/dbal-schema'
import type { BuiltInHandler, OperationContext } from '../operation/operation-context.ts'
import { writeCursor, type CursorScope } from '../page/cursor.ts'
import { planList, readTotal, type ListOptions, type ListPlan } from '../query/build-list.ts'
import type { CompiledSort } from '../query/compile-sort.ts'
import type { QueryBuilder } from '../query/query-builder.ts'
import { demandValid, newBuilder, template } from '../query/template.ts'

type Input = Readonly<Record<string, unknown>>

/** Options of the list family; any other input is a field that must be equal. */
const OPTIONS: ReadonlySet<string> = new Set([
  'filter',
  'sort',
  'select',
  'include',
  'distinct',
  'limit',
  'page',
  'cursor',
  'count',
  'query',
  'fields',
])

export const list: BuiltInHandler = (context, input) => runList(context, input)

/** The rows of a page without the page: as many as `max_limit` allows unless a limit is given. */
export async function listArray(
  context: OperationContext,
  input: Input,
): Promise<readonly ResultRow[]> {
  const { limit } = input
  const all = limit === undefined ? { limit: context.operation.maxLimit, ...input } : input
  return (await runList(context, all)).data
}

export async function runList(
  context: OperationContext,
  input: Input,
  matching?: (builder: QueryBuilder) => QueryPredicate,
): Promise<Page> {
  const { entity, operation, store, runtime } = context
  const builder = newBuilder(context)
  const equal = equalFields(entity, input)
  const options = input as ListOptions
  const scope = (sort: CompiledSort): CursorScope => ({
    entity: entity.name,
    sort,
    secret: runtime.cursorSecret,
  })
  const plan = planList(entity, operation, options, equal, builder, scope, matching)
  demandValid(builder)
  // Refused also where nothing would be looked at, whatever `acl_required` asks for.
  store.access.demand(entity, 'list')
  const rows =
    plan.limit === 0
      ? []
      : await store.select(template(context, builder.shape, plan.build), builder.params)
  const total = options.count === true ? await countRows(context, plan, builder) : undefined
  return toPage(rows, plan, total, scope)
}

async function countRows(
  context: OperationContext,
  plan: ListPlan,
  builder: QueryBuilder,
): Promise<number> {
  const query = template(context, `count|${builder.shape}`, plan.buildCount)
  return readTotal(await context.store.aggregate(query, builder.params), plan.distinct)
}

/** Undefined where there are none. */
function equalFields(entity: Entity, input: Input): Input | undefined {
  let equal: Record<string, unknown> | undefined
  for (const key of Object.keys(input))
    if (!OPTIONS.has(key) && entity.fields.has(key)) (equal ??= {})[key] = input[key]
  return equal
}

function toPage(
  fetched: readonly ResultRow[],
  plan: ListPlan,
  total: number | undefined,
  scope: (sort: CompiledSort) => CursorScope,
): Page {
  const { limit, page, fields, sort } = plan
  const hasMore = fetched.length > limit
  const data = hasMore ? fetched.slice(0, limit) : fetched
  const last = data.at(-1)
  const nextCursor =
    hasMore && last !== undefined && !plan.distinct ? writeCursor(last, scope(sort)) : undefined
  // Sort fields are fetched for the cursor; they come back only when they were asked for.
  for (const { field } of sort.keys)
    if (!fields.includes(field.name)) for (const row of data) delete row[field.name]
  return {
    data,
    limit,
    hasMore,
    ...(page === undefined ? {} : { page }),
    ...(nextCursor === undefined ? {} : { nextCursor }),
    ...(total === undefined ? {} : { total }),
  }
}
