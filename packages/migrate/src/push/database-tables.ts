// Names of what is there, from the engine's own catalogue.
import type { SchemaPort } from '@proj/dbal-contract'
import type { SqlDialect } from '@proj/dbal-sql'

/** Columns by table; to each column the engine's word for its type. */
export type DatabaseTables = ReadonlyMap<string, ReadonlyMap<string, string>>

const CATALOGUE = (schema: string, type: string): string =>
  `SELECT table_name AS t, column_name AS c, ${type} AS y FROM information_schema.columns WHERE ${schema} ORDER BY table_name, ordinal_position`

const QUERIES: Readonly<Record<SqlDialect['name'], string>> = {
  sqlite: `SELECT m.name AS t, c.name AS c, c.type AS y FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' ORDER BY m.name, c.cid`,
  postgresql: CATALOGUE('table_schema = current_schema()', 'data_type'),
  duckdb: CATALOGUE(
    'table_schema = current_schema() AND table_catalog = current_database()',
    'data_type',
  ),
  mysql: CATALOGUE('table_schema = DATABASE()', 'column_type'),
}

export async function readTables(port: SchemaPort): Promise<DatabaseTables> {
  const tables = new Map<string, Map<string, string>>()
  for (const { t, c, y } of await port.query(QUERIES[port.dialect])) {
    const table = String(t)
    const columns = tables.get(table) ?? new Map<string, string>()
    tables.set(table, columns.set(String(c), String(y)))
  }
  return tables
}
