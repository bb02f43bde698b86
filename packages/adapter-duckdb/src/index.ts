export { openDuckdb, type DuckdbOptions } from './duckdb-adapter.ts'
export type { DatabaseSettings } from './database.ts'
