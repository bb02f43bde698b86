// Indexes and triggers that somebody else put on a table: rebuilding it would lose them.
import type { SchemaPort } from '@proj/dbal-contract'
import type { SchemaShape } from '../shape/schema-shape.ts'

/** Statements that make them again, by table. */
export type ForeignObjects = ReadonlyMap<string, readonly string[]>

const QUERIES: Readonly<Partial<Record<SchemaPort['dialect'], string>>> = {
  sqlite: `SELECT tbl_name AS t, name AS n, sql AS s FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY rowid`,
  duckdb: `SELECT table_name AS t, index_name AS n, sql AS s FROM duckdb_indexes() WHERE database_name = current_database() AND schema_name = current_schema() AND sql IS NOT NULL`,
}

/** Empty where tables are changed in place. */
export async function readForeignObjects(
  port: SchemaPort,
  known: SchemaShape,
): Promise<ForeignObjects> {
  const query = QUERIES[port.dialect]
  const found = new Map<string, string[]>()
  for (const { t, n, s } of query === undefined ? [] : await port.query(query)) {
    const table = String(t)
    if (known.tables.get(table)?.indexes.has(String(n)) !== false) continue
    found.set(table, [...(found.get(table) ?? []), String(s)])
  }
  return found
}
