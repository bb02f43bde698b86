/** The features of capabilities.yaml. What an adapter lacks it refuses with CAPABILITY_NOT_SUPPORTED. */
export const FEATURES = [
  'transactions',
  'nested_transactions',
  'joins',
  'full_text_search',
  'ttl',
  'json_queries',
  'aggregations',
  'relations',
  'migrations',
  'schema_introspection',
  'connection_pooling',
  'read_replicas',
  'statement_cancel',
  /** The client's own, over any adapter. */
  'changes',
] as const

export type Feature = (typeof FEATURES)[number]

export interface Capabilities {
  readonly features: ReadonlySet<Feature>
  /** Isolation levels beyond the engine's default that a transaction may ask for. */
  readonly isolation: ReadonlySet<string>
  /** True where an outside call waits while a transaction is open. */
  readonly singleConnection: boolean
  /** An update answers its rows and takes `otherwise`, and so costs less than a look-up and what follows it. */
  readonly storesOtherwise?: boolean
}
