/** SQL dialects; MariaDB is `mysql`, CockroachDB is `postgresql`. */
export type Dialect = 'sqlite' | 'postgresql' | 'mysql' | 'duckdb'
