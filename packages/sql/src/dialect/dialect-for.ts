import type { Dialect } from '@proj/dbal-contract'
import type { SqlDialect } from './dialect.ts'
import { duckdb } from './duckdb.ts'
import { mysqlDialect, type MysqlFlavour } from './mysql.ts'
import { postgresql } from './postgresql.ts'
import { sqlite } from './sqlite.ts'

const mariadb = mysqlDialect('mariadb')
const mysql = mysqlDialect('mysql')

/** `flavour` tells the two servers that speak `mysql` apart; MariaDB's version text names it. */
export function dialectFor(name: Dialect, flavour: MysqlFlavour = 'mariadb'): SqlDialect {
  switch (name) {
    case 'sqlite':
      return sqlite
    case 'postgresql':
      return postgresql
    case 'duckdb':
      return duckdb
    case 'mysql':
      return flavour === 'mariadb' ? mariadb : mysql
  }
}
