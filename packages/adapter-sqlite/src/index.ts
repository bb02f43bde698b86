export { openSqlite, type SqliteOptions } from './sqlite-adapter.ts'
export type { SqliteLibrary } from './database.ts'
