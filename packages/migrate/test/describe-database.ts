// What an engine's own catalogue says of the tables, in a form in which the order of columns and of
// constraints does not matter.
import type { Adapter, SchemaPort } from '@proj/dbal-contract'

export type Description = Readonly<Record<string, readonly string[]>>

export async function describeDatabase({ schema }: Adapter): Promise<Description> {
  if (schema === undefined) throw new Error('this adapter has no tables')
  const lines = await READERS[schema.dialect](schema)
  const tables: Record<string, string[]> = {}
  for (const [table, line] of lines) {
    if (table.startsWith('_dbal_model')) continue
    ;(tables[table] ??= []).push(line)
  }
  for (const list of Object.values(tables)) list.sort()
  return tables
}

type Line = readonly [table: string, line: string]

const READERS: Readonly<Record<SchemaPort['dialect'], (port: SchemaPort) => Promise<Line[]>>> = {
  sqlite: async (port) => {
    const rows = await port.query(
      `SELECT tbl_name AS t, type, sql FROM sqlite_master WHERE sql IS NOT NULL`,
    )
    return rows.flatMap(({ t, type, sql }): Line[] =>
      type === 'index'
        ? [[String(t), String(sql)]]
        : tableParts(String(sql)).map((part): Line => [String(t), part]),
    )
  },
  duckdb: async (port) => [
    ...(await lines(
      port,
      `SELECT table_name AS t, concat_ws(' ', column_name, data_type, is_nullable, column_default) AS l FROM duckdb_columns() WHERE NOT internal`,
    )),
    ...(await lines(
      port,
      `SELECT table_name AS t, constraint_text AS l FROM duckdb_constraints() WHERE constraint_type <> 'NOT NULL'`,
    )),
    ...(await lines(port, `SELECT table_name AS t, sql AS l FROM duckdb_indexes()`)),
  ],
  postgresql: async (port) => [
    ...(await lines(
      port,
      `SELECT c.relname AS t, concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation::regcollation::text, a.attnotnull::text, pg_get_expr(d.adbin, d.adrelid)) AS l
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
       WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped`,
    )),
    ...(await lines(
      port,
      `SELECT conrelid::regclass::text AS t, conname || ' ' || pg_get_constraintdef(oid) AS l FROM pg_constraint WHERE conrelid <> 0 AND connamespace = current_schema()::regnamespace`,
    )),
    ...(await lines(
      port,
      `SELECT tablename AS t, indexdef AS l FROM pg_indexes WHERE schemaname = current_schema()`,
    )),
  ],
  mysql: async (port) => {
    const tables = await port.query(
      'SELECT table_name AS t FROM information_schema.tables WHERE table_schema = DATABASE()',
    )
    const found: Line[] = []
    for (const { t } of tables) {
      const [row] = await port.query(`SHOW CREATE TABLE \`${String(t)}\``)
      const text = String(row?.['Create Table'])
      for (const line of text.split('\n').slice(1))
        found.push([String(t), line.trim().replace(/,$/, '')])
    }
    return found
  },
}

async function lines(port: SchemaPort, query: string): Promise<Line[]> {
  return (await port.query(query)).map(({ t, l }) => [String(t).replaceAll('"', ''), String(l)])
}

/** Columns and constraints of a CREATE TABLE of SQLite; a constraint beside a column is one of the table. */
function tableParts(sql: string): string[] {
  const inner = sql.slice(sql.indexOf('(') + 1, sql.lastIndexOf(')'))
  const parts: string[] = []
  let [depth, start, quoted] = [0, 0, '']
  const push = (end: number): void => {
    const part = inner.slice(start, end).trim()
    if (part !== '') parts.push(part)
    start = end + 1
  }
  for (let at = 0; at < inner.length; at += 1) {
    const character = inner[at] ?? ''
    if (quoted !== '') {
      if (character === quoted) quoted = ''
    } else if (character === '"' || character === "'") quoted = character
    else if (character === '(') depth += 1
    else if (character === ')') depth -= 1
    else if (depth === 0 && character === ',') push(at)
    else if (depth === 0 && inner.startsWith(' CONSTRAINT ', at)) push(at)
  }
  push(inner.length)
  return parts
}
