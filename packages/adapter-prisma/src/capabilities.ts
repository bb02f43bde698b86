import type { Capabilities, Feature } from '@proj/dbal-contract'

const EVERYWHERE: readonly Feature[] = [
  'transactions',
  'nested_transactions',
  'joins',
  'ttl',
  'json_queries',
  'aggregations',
  'relations',
  'migrations',
  'schema_introspection',
]

const LEVELS: ReadonlySet<string> = new Set(['read_committed', 'repeatable_read', 'serializable'])

export interface Connections {
  /** False on one connection, and on a client of the application, which pools them itself. */
  readonly pools: boolean
  readonly cancels: boolean
  readonly singleConnection: boolean
}

export function capabilitiesOf(connections: Connections): Capabilities {
  const features = new Set(EVERYWHERE)
  if (connections.pools) features.add('connection_pooling')
  if (connections.cancels) features.add('statement_cancel')
  // SQLite's transactions are serializable whatever is asked for.
  return { features, isolation: LEVELS, singleConnection: connections.singleConnection }
}
