import type { Dialect } from '@proj/dbal-contract'
import type { SqlDialect } from './dialect.ts'
import { duckdb } from './duckdb.ts'
import { mysqlDialect } from './mysql.ts'
import { postgresql } from './postgresql.ts'
import { sqlite } from './sqlite.ts'

const mariadb = mysqlDialect('mariadb')
const mysql = mysqlDialect('mysql')
const postgresqlItself: SqlDialect = { ...postgresql, changesInWith: true }

/** What all products that speak the dialect have; of `mysql` it is MariaDB's. */
export function dialectFor(name: Dialect): SqlDialect {
  switch (name) {
    case 'sqlite':
      return sqlite
    case 'postgresql':
      return postgresql
    case 'duckdb':
      return duckdb
    case 'mysql':
      return mariadb
  }
}

/** What this server has; `version` is its answer to `SELECT VERSION()`. */
export function dialectOfServer(name: Dialect, version: string): SqlDialect {
  if (name === 'mysql') return /mariadb/i.test(version) ? mariadb : mysql
  return name === 'postgresql' && isPostgresql(version) ? postgresqlItself : dialectFor(name)
}

/** Not of another product that speaks as PostgreSQL does. */
export function isPostgresql(version: string): boolean {
  return version.startsWith('PostgreSQL')
}
