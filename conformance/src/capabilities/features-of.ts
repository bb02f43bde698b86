// Which features of an engine a case exercises: those it requires, and those that its sentences are about.
import { FEATURES, type Feature } from '@proj/dbal-contract'
import type { Vector } from '../vector/vector.ts'

/** By the ids of docs/spec. */
const SENTENCES: Readonly<Partial<Record<Feature, RegExp>>> = {
  transactions: /^(?:TX-\d+|REL-13)$/,
  nested_transactions: /^TX-[78]$/,
  joins: /^FILTER-2[0-3]$/,
  ttl: /^MUT-24$/,
  json_queries: /^FILTER-3[0-3]$/,
  aggregations: /^AGG-\d+$/,
  full_text_search: /^CAP-11$/,
  statement_cancel: /^CAP-12$/,
  changes: /^CAP-14$/,
  migrations: /^CAP-16$/,
  schema_introspection: /^CAP-17$/,
  connection_pooling: /^CAP-18$/,
  relations: /^(?:REL-\d+|TREE-\d+|MUT-42)$/,
}

export function featuresOf({ requires, spec }: Pick<Vector, 'requires' | 'spec'>): Feature[] {
  return FEATURES.filter(
    (feature) =>
      requires.includes(feature) || spec.some((id) => SENTENCES[feature]?.test(id) === true),
  )
}
