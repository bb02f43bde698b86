// SELECT. Paging per parent and `distinct` number the rows first and pick by number.
import { pinsOneRow, unsupported, type SelectQuery } from '@proj/dbal-contract'
import type { ParamOperand } from '@proj/dbal-schema'
import type { RowColumn } from '../plan/read-row.ts'
import {
  KEYS,
  entityOf,
  fieldOf,
  tableScope,
  tableSql,
  type CompileContext,
  type Scope,
} from './compile-context.ts'
import { compileOperand } from './compile-operand.ts'
import { all, compilePredicate, inList } from './compile-predicate.ts'
import { compileSort, orderBy, type SortKey } from './compile-sort.ts'
import { SelectList } from './select-list.ts'
import { NOTHING, hole, isNothing, join, sql, text, type Sql } from './sql.ts'

export interface CompiledSelect {
  readonly sql: Sql
  readonly columns: readonly RowColumn[]
  /** By key in the result: the columns that includes are joined on, answered or not. */
  readonly links: ReadonlyMap<string, RowColumn>
  /** Which parent a row belongs to. */
  readonly keyColumn?: RowColumn
  readonly bigints: boolean
}

/** With `keyField` the select fetches the rows of many parents at once: those whose field is in KEYS. */
export function compileSelect(
  context: CompileContext,
  query: SelectQuery,
  keyField?: string,
): CompiledSelect {
  const entity = entityOf(context.model, query.entity)
  const alias = context.nextAlias()
  const scope = tableScope(context, entity, alias)
  const list = new SelectList(context, scope)
  for (const name of query.fields) list.addField(name, ownMask(query, name))
  const links = new Map<string, RowColumn>()
  for (const { relation, as, mask } of query.include ?? []) {
    const from = entity.relations.get(relation)?.from
    if (from !== undefined) links.set(as, list.link(from, mask))
  }
  const keyColumn = keyField === undefined ? undefined : list.link(keyField)
  if (list.items.length === 0) list.add(text('1'))
  const keys = compileSort(context, scope, query.sort)
  const from = sql` FROM ${tableSql(context, entity)} ${alias}${compileWhere(context, scope, query, keyField)}`
  const isPaged = query.limit !== undefined || query.offset !== undefined
  const isNumbered = query.distinct !== undefined || (keyField !== undefined && isPaged)
  if (isNumbered && query.forUpdate === true && context.dialect.rowLocks)
    throw unsupported('row_locks', 'numbered rows cannot be locked')
  const select = isNumbered
    ? numbered(context, { query, scope, list, keys, from, keyField, keyColumn })
    : plain(context, query, list, keys, from)
  return {
    sql: select,
    columns: list.columns,
    links,
    ...(keyColumn === undefined ? {} : { keyColumn }),
    bigints: list.bigints,
  }
}

/** How many rows each parent has. */
export function compileCounts(
  context: CompileContext,
  query: SelectQuery,
  keyField: string,
): CompiledSelect & { readonly keyColumn: RowColumn; readonly countCell: number } {
  const entity = entityOf(context.model, query.entity)
  const alias = context.nextAlias()
  const scope = tableScope(context, entity, alias)
  const list = new SelectList(context, scope)
  const keyColumn = list.link(keyField)
  const countCell = list.add(text('COUNT(*)'))
  const where = compileWhere(context, scope, query, keyField)
  const key = scope.column(keyField).sql
  const from = sql` FROM ${tableSql(context, entity)} ${alias}${where} GROUP BY ${key}`
  return {
    sql: sql`SELECT ${list.answer()}${from}`,
    columns: [],
    links: new Map(),
    keyColumn,
    countCell,
    bigints: list.bigints,
  }
}

function ownMask(query: SelectQuery, name: string) {
  const { masks } = query
  return masks !== undefined && Object.hasOwn(masks, name) ? masks[name] : undefined
}

function compileWhere(
  context: CompileContext,
  scope: Scope,
  query: SelectQuery,
  keyField: string | undefined,
): Sql {
  const terms = [compilePredicate(context, scope, query.where)]
  if (keyField !== undefined) {
    const field = fieldOf(scope.entity, keyField)
    const key = compileOperand(context, scope, {
      kind: 'field',
      path: [],
      field: keyField,
      type: field.type,
    })
    terms.unshift(inList(context, key, { as: field, form: 'value' }, KEYS))
  }
  const where = all(terms)
  return isNothing(where) ? NOTHING : sql` WHERE ${where}`
}

function plain(
  context: CompileContext,
  query: SelectQuery,
  list: SelectList,
  keys: readonly SortKey[],
  from: Sql,
): Sql {
  const page = limits(context, query)
  const lock = query.forUpdate === true && context.dialect.rowLocks ? text(' FOR UPDATE') : NOTHING
  // Engines that sort one row as if it were many take half as long again (DuckDB).
  const order = pinsOneRow(entityOf(context.model, query.entity), query.where) ? [] : keys
  return sql`SELECT ${list.answer()}${from}${orderBy(context, order)}${page}${lock}`
}

export function limits(
  { dialect }: CompileContext,
  query: { readonly limit?: ParamOperand; readonly offset?: ParamOperand },
): Sql {
  return dialect.limit(
    countParam(dialect, query.limit, NO_LIMIT),
    countParam(dialect, query.offset, 0),
  )
}

const NO_LIMIT = Number.MAX_SAFE_INTEGER

/** An absent or NULL limit is none, and so is such an offset. */
function countParam(
  dialect: CompileContext['dialect'],
  operand: ParamOperand | undefined,
  absent: number,
): Sql | undefined {
  if (operand === undefined) return undefined
  const shape = { type: 'integer' } as const
  const encode = dialect.encode(shape)
  const { index } = operand
  return dialect.cast(
    shape,
    hole({ kind: 'param', index, encode: (value) => encode(value ?? absent) }),
  )
}

interface Numbered {
  readonly query: SelectQuery
  readonly scope: Scope
  readonly list: SelectList
  readonly keys: readonly SortKey[]
  readonly from: Sql
  readonly keyField: string | undefined
  readonly keyColumn: RowColumn | undefined
}

/** Inner select with sort keys beside the columns, rows numbered, then the wanted numbers in order. */
function numbered(context: CompileContext, parts: Numbered): Sql {
  const { query, scope, list, keys, from, keyField, keyColumn } = parts
  const cells = list.items.map((item, at) => sql`${item} AS ${text(`c${at}`)}`)
  const sorted = keys.map((key, at) => sql`${key.sql} AS ${text(`s${at}`)}`)
  const outerKeys = keys.map((key, at) => ({ ...key, sql: text(`s${at}`) }))
  const columns = [...cells, ...sorted]
  const parent = keyField === undefined ? [] : [scope.column(keyField).sql]
  let rows: Sql
  const picks: Sql[] = []
  if (query.distinct === undefined) {
    const number = rowNumber(context, parent, keys)
    rows = sql`SELECT ${join(columns, ', ')}, ${number} AS rn${from}`
  } else {
    const by = query.distinct.map((name) => scope.column(name).sql)
    const number = rowNumber(context, [...parent, ...by], keys)
    rows = sql`SELECT ${join(columns, ', ')}, ${number} AS dn${from}`
    if (keyColumn !== undefined) {
      const page = rowNumber(context, [text(`c${keyColumn.cell}`)], outerKeys)
      rows = sql`SELECT firsts.*, ${page} AS rn FROM (${rows}) AS firsts WHERE dn = 1`
    } else picks.push(text('dn = 1'))
  }
  const isPerParent = keyField !== undefined
  if (isPerParent) picks.push(...pagePerParent(context, query))
  const answered = join(
    list.items.map((_, at) => text(`c${at}`)),
    ', ',
  )
  const where = picks.length === 0 ? NOTHING : sql` WHERE ${join(picks, ' AND ')}`
  const page = isPerParent ? NOTHING : limits(context, query)
  return sql`SELECT ${answered} FROM (${rows}) AS numbered${where}${orderBy(context, outerKeys)}${page}`
}

function rowNumber(context: CompileContext, by: readonly Sql[], keys: readonly SortKey[]): Sql {
  const partition = by.length === 0 ? NOTHING : sql`PARTITION BY ${join(by, ', ')}`
  return sql`ROW_NUMBER() OVER (${partition}${orderBy(context, keys)})`
}

function pagePerParent({ dialect }: CompileContext, query: SelectQuery): readonly Sql[] {
  const limit = countParam(dialect, query.limit, NO_LIMIT)
  const offset = countParam(dialect, query.offset, 0)
  if (limit === undefined) return offset === undefined ? [] : [sql`rn > ${offset}`]
  // BETWEEN, since DuckDB turns a bare `rn <= n` into a function that takes no large n.
  return offset === undefined
    ? [sql`rn BETWEEN 1 AND ${limit}`]
    : [sql`rn BETWEEN ${offset} + 1 AND ${offset} + ${limit}`]
}
