// GROUP BY. Sums and averages are put together exactly from integers or decimals by the reader, never
// by an engine's floats; where HAVING or ORDER BY needs such a one, groups are finished in memory.
import {
  invalid,
  operandsOf,
  partsOf,
  type AggregateFunction,
  type AggregateQuery,
  type AggregateTerm,
} from '@proj/dbal-contract'
import type { FieldType, QueryOperand, QueryPredicate } from '@proj/dbal-schema'
import type { ValueShape } from '../dialect/dialect.ts'
import type { SumColumn } from '../plan/exact-sum.ts'
import { aggregateShape, type GroupColumn } from '../plan/read-group.ts'
import { decodeValue } from '../value/decode-value.ts'
import {
  entityOf,
  fieldOf,
  tableScope,
  tableSql,
  type CompileContext,
  type Scope,
} from './compile-context.ts'
import { limits } from './compile-select.ts'
import { compileSort, orderBy } from './compile-sort.ts'
import { SelectList } from './select-list.ts'
import { NOTHING, isNothing, join, sql, text, type Sql } from './sql.ts'

export interface CompiledAggregate {
  readonly sql: Sql
  readonly columns: readonly GroupColumn[]
  readonly bigints: boolean
}

export function compileAggregate(
  context: CompileContext,
  query: AggregateQuery,
  finishedInMemory: boolean,
): CompiledAggregate {
  const entity = entityOf(context.model, query.entity)
  const alias = context.nextAlias()
  const scope = tableScope(context, entity, alias)
  const list = new SelectList(context, scope)
  for (const name of query.groupBy) list.addField(name)
  const columns: GroupColumn[] = list.columns.map((column) => ({ kind: 'group', column }))
  for (const term of query.terms) columns.push(termColumn(context, scope, list, term))
  const where = context.predicate(scope, query.where)
  const groups = query.groupBy.map((name) => scope.column(name).sql)
  const head = sql`SELECT ${list.answer()} FROM ${tableSql(context, entity)} ${alias}`
  const body = sql`${head}${clause(' WHERE ', where)}${clause(' GROUP BY ', join(groups, ', '))}`
  if (finishedInMemory) return { sql: body, columns, bigints: list.bigints }
  const grouped = groupScope(scope, query)
  const having = query.having === undefined ? NOTHING : context.predicate(grouped, query.having)
  const order = orderBy(context, compileSort(context, grouped, query.sort))
  return {
    sql: sql`${body}${clause(' HAVING ', having)}${order}${limits(context, query)}`,
    columns,
    bigints: list.bigints,
  }
}

const NUMERIC: ReadonlySet<FieldType> = new Set(['integer', 'bigint', 'float', 'decimal'])
const UNORDERED: ReadonlySet<FieldType> = new Set(['boolean', 'json', 'bytes'])

/** Functions that are not for every type. */
const ALLOWED: Partial<Record<AggregateFunction, (type: FieldType) => boolean>> = {
  sum: (type) => NUMERIC.has(type),
  avg: (type) => NUMERIC.has(type),
  min: (type) => !UNORDERED.has(type),
  max: (type) => !UNORDERED.has(type),
}

function clause(word: string, rest: Sql): Sql {
  return isNothing(rest) ? NOTHING : sql`${text(word)}${rest}`
}

function termColumn(
  { dialect }: CompileContext,
  scope: Scope,
  list: SelectList,
  term: AggregateTerm,
): GroupColumn {
  const key = term.as
  if (term.field === undefined) return { kind: 'count', key, cell: list.add(text('COUNT(*)')) }
  const { sql: column, shape } = scope.column(term.field)
  const allowed = ALLOWED[term.function]
  if (allowed !== undefined && !allowed(shape.type))
    throw invalid([{ field: term.field, error: 'is not for this type of field' }])
  switch (term.function) {
    case 'count':
      return { kind: 'count', key, cell: list.add(sql`COUNT(${column})`) }
    case 'min':
    case 'max': {
      const name = text(term.function.toUpperCase())
      const decode = decodeValue(shape)
      const { orderKey } = dialect
      if (orderKey?.needs(shape.type) === true) {
        const cell = list.add(sql`${name}(${orderKey.column(shape, column)})`)
        return { kind: 'extreme', key, cell, decode: (found) => decode(orderKey.decode(found)) }
      }
      const cell = list.add(dialect.selected(shape, sql`${name}(${column})`), shape)
      return { kind: 'extreme', key, cell, decode }
    }
    case 'sum':
    case 'avg': {
      const sum = { field: term.field, shape, cells: sumCells(dialect, list, shape, column) }
      return term.function === 'sum'
        ? { kind: 'sum', key, sum }
        : { kind: 'avg', key, sum, count: list.add(sql`COUNT(${column})`) }
    }
  }
}

function sumCells(
  dialect: CompileContext['dialect'],
  list: SelectList,
  shape: ValueShape,
  column: Sql,
): SumColumn['cells'] {
  if (shape.type === 'float')
    return [{ cell: list.add(sql`SUM(${column})`), weight: { units: 1n, scale: 0 } }]
  list.bigints = true
  return dialect
    .sum(shape, column)
    .map((part) => ({ cell: list.add(part.sql), weight: part.weight }))
}

/** HAVING and ORDER BY name groups' fields and terms alike. */
function groupScope(scope: Scope, query: AggregateQuery): Scope {
  return {
    entity: scope.entity,
    column(name) {
      const term = query.terms.find(({ as }) => as === name)
      if (term === undefined) return scope.column(name)
      return {
        sql: termSql(scope, term),
        shape: aggregateShape(scope.entity, term),
        nullable: term.function !== 'count',
      }
    },
  }
}

function termSql(scope: Scope, term: AggregateTerm): Sql {
  if (term.field === undefined) return text('COUNT(*)')
  return sql`${text(term.function.toUpperCase())}(${scope.column(term.field).sql})`
}

/**
 * True where HAVING or ORDER BY names a term that the engine's own function does not give exactly, or
 * not in a form that sorts.
 */
export function needsMemory(
  { dialect, model }: Pick<CompileContext, 'dialect' | 'model'>,
  query: AggregateQuery,
): boolean {
  const entity = entityOf(model, query.entity)
  const inexact = query.terms.filter(({ function: name, field }) => {
    if (field === undefined || name === 'count') return false
    const { type } = fieldOf(entity, field)
    if (dialect.orderKey?.needs(type) === true || name === 'avg') return true
    return name === 'sum' && dialect.sum({ type }, NOTHING).length > 1
  })
  const names = new Set(inexact.map(({ as }) => as))
  const isNamed = (operand: QueryOperand): boolean =>
    operand.kind === 'field' && names.has(operand.field)
  return (
    query.sort.some(({ operand }) => isNamed(operand)) ||
    (query.having !== undefined && mentions(query.having, isNamed))
  )
}

function mentions(node: QueryPredicate, test: (operand: QueryOperand) => boolean): boolean {
  return operandsOf(node).some(test) || partsOf(node).some((part) => mentions(part, test))
}
