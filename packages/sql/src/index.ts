export { createSqlAdapter, type SqlAdapterOptions } from './adapter/create-sql-adapter.ts'
export { notAtModel } from './adapter/model-guard.ts'
export {
  createConstraintErrors,
  type BrokenConstraint,
  type ConstraintErrors,
} from './classify/constraint-errors.ts'
export { checkClause, columnChecks, entityChecks, rowCondition, type Check } from './ddl/checks.ts'
export { columnDefault, columnDefinition, columnType } from './ddl/column-definition.ts'
export { createIndex, createIndexes } from './ddl/create-indexes.ts'
export { createSchema, entitiesInOrder, schemaFingerprint } from './ddl/create-schema.ts'
export {
  addForeignKeys,
  createTable,
  foreignKeyClause,
  foreignKeyName,
} from './ddl/create-table.ts'
export { storedCondition, type ParamUse, type StoredTerms } from './ddl/stored-condition.ts'
export { MODEL_TABLE, createModelTable, recordModel, type ModelRecord } from './ddl/model-record.ts'
export type { SqlDialect, ValueShape } from './dialect/dialect.ts'
export { dialectFor, dialectOfServer, isPostgresql } from './dialect/dialect-for.ts'
export { duckdb } from './dialect/duckdb.ts'
export { mysqlDialect } from './dialect/mysql.ts'
export { postgresql } from './dialect/postgresql.ts'
export { sqlite } from './dialect/sqlite.ts'
export { createPool, type Lease, type Pool, type PoolOptions } from './driver/pool.ts'
export type {
  Answer,
  Bind,
  Binds,
  Cells,
  MaybePromise,
  SqlDriver,
  SqlSession,
  SqlStatement,
  SqlTransaction,
  Step,
} from './driver/driver.ts'
