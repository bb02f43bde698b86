// `aggregate`: functions over the visible rows, whole or by group.
import type { AggregateQuery, AggregateTerm } from '@proj/dbal-contract'
import type { Entity, Field, FieldOperand, FieldType } from '@proj/dbal-schema'
import { allOf } from '@proj/dbal-schema/model'
import { compileFilter } from './compile-filter.ts'
import { compileHaving, compileGroupSort, aliasOf, FUNCTIONS } from './aggregate-results.ts'
import type { QueryBuilder } from './query-builder.ts'

const NUMERIC: ReadonlySet<string> = new Set(['integer', 'bigint', 'float', 'decimal'])
const UNORDERED: ReadonlySet<string> = new Set(['boolean', 'json', 'bytes'])

export interface AggregateOptions {
  readonly filter?: unknown
  readonly groupBy?: readonly string[] | undefined
  readonly count?: boolean | undefined
  readonly sum?: readonly string[] | undefined
  readonly avg?: readonly string[] | undefined
  readonly min?: readonly string[] | undefined
  readonly max?: readonly string[] | undefined
  readonly having?: unknown
  readonly sort?: unknown
  readonly limit?: number | undefined
}

export function planAggregate(
  entity: Entity,
  options: AggregateOptions,
  equal: Readonly<Record<string, unknown>>,
  maxLimit: number,
  builder: QueryBuilder,
): () => AggregateQuery {
  const groupBy = [...new Set(options.groupBy ?? [])]
  for (const name of groupBy) {
    const field = readable(name, entity, builder, 'groupBy')
    if (field?.type === 'json') builder.fail('groupBy', 'cannot group by this field')
  }
  const terms = readTerms(entity, options, builder)
  demandDistinctKeys(groupBy, terms, builder)
  builder.spend(groupBy.length + terms.length)
  builder.mark(`by:${groupBy.join()}`)
  builder.mark(`of:${terms.map((term) => term.as).join()}`)
  const where = allOf([
    compileFilter(options.filter, entity, builder),
    compileFilter(equal, entity, builder, ''),
  ])
  const results = new Map<string, FieldOperand>()
  for (const name of groupBy) {
    const field = entity.fields.get(name)
    if (field !== undefined) results.set(name, operand(name, field.type))
  }
  for (const term of terms) results.set(term.as, operand(term.as, resultType(term, entity)))
  const having = compileHaving(options.having, entity, results, builder)
  const sort = compileGroupSort(options.sort, groupBy, results, builder)
  if (groupBy.length === 0 && (options.limit !== undefined || options.sort !== undefined)) {
    builder.fail('groupBy', 'is needed for sort and limit')
  }
  if ((options.limit ?? 0) > maxLimit) builder.fail('limit', `must be at most ${maxLimit}`)
  builder.mark(options.limit === undefined ? 'all' : 'limit')
  const limit = options.limit === undefined ? undefined : builder.param(options.limit, 'integer')
  return () => ({
    kind: 'aggregate',
    entity: entity.name,
    where,
    groupBy,
    terms,
    sort,
    ...(having === undefined ? {} : { having }),
    ...(limit === undefined ? {} : { limit }),
  })
}

function readTerms(
  entity: Entity,
  options: AggregateOptions,
  builder: QueryBuilder,
): AggregateTerm[] {
  const terms: AggregateTerm[] = []
  const functions = FUNCTIONS.filter((fn) => (options[fn]?.length ?? 0) > 0)
  if (options.count === true || (functions.length === 0 && options.count !== false)) {
    terms.push({ function: 'count', as: 'count' })
  }
  for (const fn of functions) {
    for (const name of new Set(options[fn])) {
      const field = readable(name, entity, builder, fn)
      if (field === undefined) continue
      const fits =
        fn === 'sum' || fn === 'avg' ? NUMERIC.has(field.type) : !UNORDERED.has(field.type)
      if (!fits) builder.fail(`${fn}.${name}`, 'is not for this type of field')
      else terms.push({ function: fn, field: name, as: aliasOf(fn, name) })
    }
  }
  if (terms.length === 0 && functions.length === 0)
    builder.fail('count', 'or sum, avg, min, max is needed')
  return terms
}

function readable(
  name: string,
  entity: Entity,
  builder: QueryBuilder,
  path: string,
): Field | undefined {
  const field = entity.fields.get(name)
  if (field !== undefined && builder.accessTo(entity).field(name, 'aggregate') === true)
    return field
  builder.failUnknown(path, name, entity, 'aggregate')
  return undefined
}

/** A group's fields and its functions share one object in the answer. */
function demandDistinctKeys(
  groupBy: readonly string[],
  terms: readonly AggregateTerm[],
  builder: QueryBuilder,
): void {
  const keys = new Set<string>(terms.map((term) => term.function))
  for (const name of groupBy) {
    if (keys.has(name)) builder.fail('groupBy', `${name} is also the name of a function asked for`)
  }
}

function resultType(term: AggregateTerm, entity: Entity): FieldType {
  if (term.function === 'count' || term.field === undefined) return 'integer'
  const type = entity.fields.get(term.field)?.type ?? 'float'
  if (term.function === 'avg') return type === 'decimal' ? 'decimal' : 'float'
  // A sum of integers may be beyond what one of them can be.
  return term.function === 'sum' && type === 'integer' ? 'bigint' : type
}

function operand(field: string, type: FieldType): FieldOperand {
  return { kind: 'field', path: [], field, type }
}
