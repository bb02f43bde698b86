import { allOf } from '@proj/dbal-schema/model'
import { newRow, type ResultRow, type Value } from '@proj/dbal-contract'
import type { BuiltInHandler } from '../operation/operation-context.ts'
import { aliasOf, FUNCTIONS } from '../query/aggregate-results.ts'
import { planAggregate, type AggregateOptions } from '../query/build-aggregate.ts'
import { countQuery, readTotal } from '../query/build-list.ts'
import { compileFilter } from '../query/compile-filter.ts'
import { demandValid, newBuilder, template } from '../query/template.ts'

type Input = Readonly<Record<string, unknown>>

const AGGREGATE_KEYS: ReadonlySet<string> = new Set([
  'filter',
  'groupBy',
  'count',
  'having',
  'sort',
  'limit',
  ...FUNCTIONS,
])

export const count: BuiltInHandler = async (context, input) => {
  const { entity, store } = context
  const builder = newBuilder(context)
  const equal = equalities(input, (key) => key !== 'filter' && entity.fields.has(key))
  const where = allOf([
    compileFilter(input['filter'], entity, builder),
    compileFilter(equal, entity, builder, ''),
  ])
  demandValid(builder)
  const query = template(context, builder.shape, () => countQuery(entity, where))
  return readTotal(await store.aggregate(query, builder.params), false)
}

/** One object, or with `groupBy` one for each group, by the groups' keys. */
export const aggregate: BuiltInHandler = async (context, input) => {
  const { entity, store, operation } = context
  const builder = newBuilder(context)
  const options = input as AggregateOptions
  const equal = equalities(input, (key) => !AGGREGATE_KEYS.has(key) && entity.fields.has(key))
  const build = planAggregate(entity, options, equal, operation.maxLimit, builder)
  demandValid(builder)
  const query = template(context, builder.shape, build)
  const rows = await store.aggregate(query, builder.params)
  const shaped = rows.map((row) => shape(row, options))
  return options.groupBy === undefined || options.groupBy.length === 0 ? shaped[0] : shaped
}

function equalities(input: Input, isField: (key: string) => boolean): Input {
  return Object.fromEntries(Object.entries(input).filter(([key]) => isField(key)))
}

function shape(row: ResultRow, options: AggregateOptions): ResultRow {
  const shaped = newRow()
  for (const name of options.groupBy ?? []) shaped[name] = row[name] as Value
  if (Object.hasOwn(row, 'count')) shaped['count'] = row['count'] as Value
  for (const fn of FUNCTIONS) {
    const names = options[fn]
    if (names === undefined || names.length === 0) continue
    const values = newRow()
    for (const name of names) values[name] = row[aliasOf(fn, name)] as Value
    shaped[fn] = values
  }
  return shaped
}
