import type { Capabilities } from '@proj/dbal-contract'

/** One connection in this process: statements block it, so none can be cancelled while it runs. */
export const SQLITE_CAPABILITIES: Capabilities = {
  features: new Set([
    'transactions',
    'nested_transactions',
    'joins',
    'ttl',
    'json_queries',
    'aggregations',
    'relations',
    'migrations',
    'schema_introspection',
  ]),
  // Writers take turns and each sees one state: stricter than any level that may be asked for.
  isolation: new Set(['read_committed', 'repeatable_read', 'serializable']),
  singleConnection: true,
}
