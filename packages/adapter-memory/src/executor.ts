// One query against the tables. It is synchronous, so nothing else happens meanwhile; a write that
// fails leaves nothing behind.
import {
  atIndex,
  DBALError,
  isDBALError,
  type DeleteQuery,
  type GivenValue,
  type InsertQuery,
  type Params,
  type Query,
  type QueryResult,
  type Row,
  type UpdateQuery,
  type Value,
} from '@proj/dbal-contract'
import { aggregate } from './aggregate.ts'
import type { Database } from './database.ts'
import { matching, select } from './select.ts'
import { WriteStatement } from './write-statement.ts'
import { copyValue } from './stored-value.ts'
import { assignValues } from './assign-values.ts'
import { sumsError } from './sum-errors.ts'

/** Throws DBALError only. */
export function execute(database: Database, query: Query, params: Params): QueryResult {
  const mark = database.mark()
  try {
    return run(database, query, params)
  } catch (error) {
    database.rollback(mark)
    throw isDBALError(error) ? error : new DBALError('INTERNAL_ERROR', { cause: error })
  }
}

function run(database: Database, query: Query, params: Params): QueryResult {
  switch (query.kind) {
    case 'select': {
      const rows = select(database, query, params)
      return { rows, count: rows.length }
    }
    case 'aggregate': {
      const rows = aggregate(database, query, params)
      return { rows, count: rows.length }
    }
    case 'insert':
      return insert(database, query, params)
    case 'update':
      return update(database, query, params)
    case 'delete':
      return remove(database, query, params)
  }
}

function insert(database: Database, { entity: name, fields }: InsertQuery, params: Params) {
  const { entity } = database.table(name)
  if (fields.length === 0) throw new TypeError('an insert names its fields')
  const several = params.length > fields.length
  const statement = new WriteStatement(database, several)
  let count = 0
  for (let at = 0; at < params.length; at += fields.length) {
    const values = Object.create(null) as Row
    for (const [i, field] of fields.entries()) values[field] = (params[at + i] ?? null) as Value
    inRow(count, several, () => statement.insert(entity, values))
    count += 1
  }
  statement.finish()
  return { rows: [], count }
}

/** A row of several says which it is when it cannot be stored. */
function inRow(index: number, several: boolean, store: () => unknown): void {
  try {
    store()
  } catch (error) {
    throw several && isDBALError(error) ? atIndex(error, index) : error
  }
}

function update(database: Database, query: UpdateQuery, params: Params): QueryResult {
  const table = database.table(query.entity)
  const { entity } = table
  const statement = new WriteStatement(database)
  const rows: Row[] = []
  const found = inKeyOrder(database, query, params)
  const scopeOf = (row: Row) => database.scope(entity, row, params)
  for (const matched of found) {
    const old = statement.current(matched)
    const scope = scopeOf(old)
    // Not before the row's turn: an earlier row may be refused for another reason.
    const overflow = sumsError(entity, query.set, [scope])
    if (overflow !== undefined) throw sumsError(entity, query.set, found.map(scopeOf)) ?? overflow
    rows.push(statement.replace(entity, old, assignValues(query.set, scope)))
  }
  statement.finish()
  if (rows.length === 0 && query.otherwise !== undefined)
    return insert(database, ...insertOf(query, query.otherwise, params))
  const changed = rows.map((row) => statement.current(row))
  return { rows: returned(changed, query.returning), count: rows.length }
}

function insertOf(
  { entity }: UpdateQuery,
  row: readonly GivenValue[],
  params: Params,
): [InsertQuery, Params] {
  const fields = row.map(({ field }) => field)
  return [{ kind: 'insert', entity, fields }, row.map(({ value }) => params[value.index])]
}

function remove(database: Database, query: DeleteQuery, params: Params): QueryResult {
  const { entity } = database.table(query.entity)
  const statement = new WriteStatement(database)
  const rows = inKeyOrder(database, query, params)
  statement.remove(entity, rows)
  statement.finish()
  return { rows: returned(rows, query.returning), count: rows.length }
}

function inKeyOrder(
  database: Database,
  { entity, where }: UpdateQuery | DeleteQuery,
  params: Params,
): readonly Row[] {
  const table = database.table(entity)
  const rows = matching(database, table.entity, where, params)
  return [...rows].sort((a, b) => table.comparePrimaryKeys(a, b))
}

function returned(rows: readonly Row[], fields: readonly string[] | undefined): readonly Row[] {
  if (fields === undefined) return []
  return rows.map((row) => {
    const answer = Object.create(null) as Row
    for (const field of fields) answer[field] = copyValue(row[field] ?? null)
    return answer
  })
}
