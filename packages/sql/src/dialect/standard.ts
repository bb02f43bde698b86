// What the dialects share: the spelling of the SQL standard, which SQLite, PostgreSQL and DuckDB keep to.
import { join, sql, text, type Sql } from '../compile/sql.ts'
import type { Bind } from '../driver/driver.ts'
import type { Nulls } from './dialect.ts'

export function quoteDouble(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`
}

export function quoteString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

export function literal(bind: Bind): string {
  if (bind === null) return 'NULL'
  if (typeof bind === 'string') return quoteString(bind)
  if (typeof bind === 'boolean') return bind ? 'TRUE' : 'FALSE'
  if (bind instanceof Uint8Array) return `X'${hex(bind)}'`
  return String(bind)
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

export function isDistinctFrom(left: Sql, right: Sql): Sql {
  return sql`${left} IS DISTINCT FROM ${right}`
}

export function orderWithNulls(value: Sql, direction: 'asc' | 'desc', nulls?: Nulls): Sql {
  const way = direction === 'asc' ? '' : ' DESC'
  return join(
    [value, text(`${way}${nulls === undefined ? '' : ` NULLS ${nulls.toUpperCase()}`}`)],
    '',
  )
}

/** LIMIT and OFFSET; `all` stands for no limit where OFFSET needs one. */
export function limitOffset(all: string | undefined) {
  return (limit: Sql | undefined, offset: Sql | undefined): Sql => {
    if (offset === undefined) return limit === undefined ? text('') : sql` LIMIT ${limit}`
    if (limit !== undefined) return sql` LIMIT ${limit} OFFSET ${offset}`
    return all === undefined ? sql` OFFSET ${offset}` : sql` LIMIT ${text(all)} OFFSET ${offset}`
  }
}

export const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
export const LOWER = 'abcdefghijklmnopqrstuvwxyz'

export function translateAscii(value: Sql): Sql {
  return sql`translate(${value}, ${text(`'${UPPER}'`)}, ${text(`'${LOWER}'`)})`
}

/** `%` and `_` are wild, a backslash takes the next character literally; it is never the last one. */
export function likeWithEscape(left: Sql, pattern: Sql): Sql {
  return sql`${left} LIKE ${pattern} ESCAPE '\\'`
}
