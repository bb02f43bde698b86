// Compiled statements on anything of Prisma's that runs SQL: an adapter or a transaction of it.
import type { Bind, Binds, Cells, SqlStatement } from '@proj/dbal-sql'
import type { ArgType, SqlQuery, SqlQueryable } from '@prisma/driver-adapter-utils'

// The statement casts where a type matters, so the adapter is to pass every value as it is.
const PLAIN: ArgType = { scalarType: 'unknown', arity: 'scalar' }
const argTypes: ArgType[][] = []
/** Longer lists are made anew: one of each length would fill the memory. */
const MAX_KEPT = 256

function typesOf(count: number): ArgType[] {
  if (count > MAX_KEPT) return plainTypes(count)
  return (argTypes[count] ??= plainTypes(count))
}

function plainTypes(count: number): ArgType[] {
  return Array.from({ length: count }, () => PLAIN)
}

export function toQuery(text: string, binds: Binds): SqlQuery {
  return { sql: text, args: binds as Bind[], argTypes: typesOf(binds.length) }
}

export async function readAll(
  on: SqlQueryable,
  statement: SqlStatement,
  binds: Binds,
): Promise<readonly Cells[]> {
  return (await on.queryRaw(toQuery(statement.text, binds))).rows
}

export function writeAll(on: SqlQueryable, statement: SqlStatement, binds: Binds): Promise<number> {
  return on.executeRaw(toQuery(statement.text, binds))
}

/** A statement of the driver's own, without values. */
export async function command(on: SqlQueryable, text: string): Promise<void> {
  await on.executeRaw(toQuery(text, []))
}

export async function readRecords(
  on: SqlQueryable,
  text: string,
): Promise<Record<string, unknown>[]> {
  const { columnNames, rows } = await on.queryRaw(toQuery(text, []))
  return rows.map((row) => Object.fromEntries(columnNames.map((name, at) => [name, row[at]])))
}
