import type { Capabilities } from '@proj/dbal-contract'

/** No savepoints, hence no nested transactions; no pool that a caller could size. */
export const DUCKDB_CAPABILITIES: Capabilities = {
  features: new Set([
    'transactions',
    'joins',
    'ttl',
    'json_queries',
    'aggregations',
    'relations',
    'migrations',
    'schema_introspection',
    'statement_cancel',
  ]),
  // Transactions run one after the other, each on a snapshot of its own: the strictest level is the only one.
  isolation: new Set(['read_committed', 'repeatable_read', 'serializable']),
  // Writers wait while a transaction is open; readers do not.
  singleConnection: true,
}
