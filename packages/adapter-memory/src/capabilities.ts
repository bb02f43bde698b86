import type { Capabilities } from '@proj/dbal-contract'

export const CAPABILITIES: Capabilities = {
  features: new Set([
    'transactions',
    'nested_transactions',
    'joins',
    'ttl',
    'json_queries',
    'aggregations',
    'relations',
  ]),
  // One caller at a time is stricter than any level.
  isolation: new Set(['read_committed', 'repeatable_read', 'serializable']),
  singleConnection: true,
  storesOtherwise: true,
}
