// UPDATE and DELETE, with the rows they touched where the engine answers them.
import {
  conjuncts,
  isLocal,
  unsupported,
  type Assignment,
  type DeleteQuery,
  type GivenValue,
  type UpdateQuery,
} from '@proj/dbal-contract'
import type { Entity, Field, QueryOperand } from '@proj/dbal-schema'
import type { RowColumn } from '../plan/read-row.ts'
import {
  columnSql,
  entityOf,
  fieldOf,
  tableScope,
  tableSql,
  type CompileContext,
  type Scope,
} from './compile-context.ts'
import { compileOperand } from './compile-operand.ts'
import { SelectList } from './select-list.ts'
import { NOTHING, hole, isNothing, join, sql, text, type Sql } from './sql.ts'

export interface CompiledChange {
  readonly sql: Sql
  readonly table: string
  readonly columns: readonly RowColumn[]
  /** The primary key, by which the answered rows are put in order. */
  readonly keys: readonly RowColumn[]
  readonly bigints: boolean
}

export function compileUpdate(context: CompileContext, query: UpdateQuery): CompiledChange {
  const entity = entityOf(context.model, query.entity)
  const table = tableSql(context, entity)
  const scope = tableScope(context, entity, table)
  const set = orderAssignments(context, query.set).map((assignment) => {
    const field = fieldOf(entity, assignment.field)
    const column = text(context.dialect.quote(field.column))
    return sql`${column} = ${assigned(context, scope, field, assignment)}`
  })
  const where = changeWhere(context, entity, scope, query)
  const head = sql`UPDATE ${table} SET ${join(set, ', ')}${where}`
  const change = withReturning(context, scope, head, query.returning)
  return query.otherwise === undefined
    ? change
    : withInsert(context, entity, change, query.otherwise)
}

/**
 * The change, and the insert where it changed nothing. Both see the table as it was before; who stores a row with the same
 * key meanwhile makes the insert conflict.
 */
function withInsert(
  context: CompileContext,
  entity: Entity,
  change: CompiledChange,
  row: readonly GivenValue[],
): CompiledChange {
  const { dialect } = context
  const fields = row.map((given) => fieldOf(entity, given.field))
  const columns = text(fields.map(({ column }) => dialect.quote(column)).join(', '))
  const values = row.map(({ value: { index } }, at) => {
    const field = fields[at] as Field
    return dialect.cast(field, hole({ kind: 'param', index, encode: dialect.encode(field) }))
  })
  const insert = sql`INSERT INTO ${tableSql(context, entity)} (${columns}) SELECT ${join(values, ', ')} WHERE NOT EXISTS (SELECT 1 FROM changed)`
  return {
    ...change,
    sql: sql`WITH changed AS (${change.sql}), stored AS (${insert}) SELECT * FROM changed`,
  }
}

export function compileDelete(context: CompileContext, query: DeleteQuery): CompiledChange {
  const entity = entityOf(context.model, query.entity)
  const table = tableSql(context, entity)
  const scope = tableScope(context, entity, table)
  const head = sql`DELETE FROM ${table}${changeWhere(context, entity, scope, query)}`
  return withReturning(context, scope, head, query.returning)
}

function withReturning(
  context: CompileContext,
  scope: Scope,
  head: Sql,
  returning: readonly string[] | undefined,
): CompiledChange {
  const { table } = scope.entity
  if (returning === undefined || !context.dialect.returning)
    return { sql: head, table, columns: [], keys: [], bigints: false }
  const list = new SelectList(context, scope)
  for (const name of returning) list.addField(name)
  const keys = scope.entity.primaryKey.map((name) => list.link(name))
  return {
    sql: sql`${head} RETURNING ${list.answer()}`,
    table,
    columns: list.columns,
    keys,
    bigints: list.bigints,
  }
}

function assigned(
  context: CompileContext,
  scope: Scope,
  field: Field,
  assignment: Assignment,
): Sql {
  const { dialect } = context
  const column = scope.column(field.name).sql
  const operand = compileOperand(context, scope, assignment.value)
  const value = operand.sql(field, 'value')
  switch (assignment.kind) {
    case 'set':
      return value
    case 'add': {
      const { index } = assignment.value
      return dialect.add(field, column, (encode) =>
        encode === undefined ? value : hole({ kind: 'param', index, encode }),
      )
    }
    case 'advance': {
      const later = dialect.greatest(value, dialect.nextMillisecond(field, column))
      return sql`CASE WHEN ${column} IS NULL THEN ${value} ELSE ${later} END`
    }
  }
}

/**
 * MySQL assigns from left to right, so what reads a column goes before what writes it. Throws
 * CAPABILITY_NOT_SUPPORTED where each of two needs the other's old value.
 */
function orderAssignments(
  { dialect }: CompileContext,
  set: readonly Assignment[],
): readonly Assignment[] {
  if (dialect.simultaneousSet) return set
  const [ordered, waiting] = [[] as Assignment[], [...set]]
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ field }) =>
      waiting.every((other) => other.field === field || !reads(other.value, field)),
    )
    if (next < 0) throw unsupported('update', 'fields cannot take each other’s old values')
    ordered.push(...waiting.splice(next, 1))
  }
  return ordered
}

function reads(operand: QueryOperand, field: string): boolean {
  if (operand.kind === 'jsonPath') return reads(operand.field, field)
  // A path starts from a foreign key of the row, so it may read any.
  return operand.kind === 'field' && (operand.path.length > 0 || operand.field === field)
}

function changeWhere(
  context: CompileContext,
  entity: Entity,
  scope: Scope,
  query: UpdateQuery | DeleteQuery,
): Sql {
  const condition = context.predicate(scope, query.where)
  if (isNothing(condition)) return NOTHING
  if (context.dialect.readsOwnTarget || !hasSubquery(condition)) return sql` WHERE ${condition}`
  // What the row itself decides is said of the target too: the engine finds rows by an index only for that.
  const terms = conjuncts(query.where).filter(isLocal)
  const among = amongKeys(context, entity, query)
  const local = terms.length === 0 ? NOTHING : context.predicate(scope, { kind: 'and', terms })
  return isNothing(local) ? sql` WHERE ${among}` : sql` WHERE ${local} AND ${among}`
}

function hasSubquery(condition: Sql): boolean {
  return condition.parts.some((part) => typeof part === 'string' && part.includes('(SELECT '))
}

/** The keys are collected first: DISTINCT keeps the subquery from being merged into the statement. */
function amongKeys(context: CompileContext, entity: Entity, query: UpdateQuery | DeleteQuery): Sql {
  const alias = context.nextAlias()
  const inner = tableScope(context, entity, alias)
  const fields = entity.primaryKey.map((name) => fieldOf(entity, name))
  const keys = fields.map((field) => columnSql(context, alias, field))
  const own = fields.map((field) => text(context.dialect.quote(field.column)))
  const where = context.predicate(inner, query.where)
  const rows = sql`SELECT DISTINCT ${join(keys, ', ')} FROM ${tableSql(context, entity)} ${alias} WHERE ${where}`
  return sql`(${join(own, ', ')}) IN (SELECT * FROM (${rows}) AS touched)`
}
