// Which features of an engine a case exercises: those it requires, and those that its sentences are about.
import { FEATURES, type Feature } from '@proj/dbal-contract'
import type { Vector } from '../vector/vector.ts'

/** By the ids of docs/spec. The other features are shown by programs, not by cases. */
const SENTENCES: Readonly<Partial<Record<Feature, RegExp>>> = {
  transactions: /^(?:TX-\d+|REL-13)$/,
  nested_transactions: /^TX-[78]$/,
  joins: /^FILTER-2[0-3]$/,
  ttl: /^MUT-24$/,
  json_queries: /^FILTER-3[0-3]$/,
  aggregations: /^AGG-\d+$/,
  relations: /^(?:REL-\d+|TREE-\d+|MUT-42)$/,
}

export function featuresOf({ requires, spec }: Pick<Vector, 'requires' | 'spec'>): Feature[] {
  return FEATURES.filter(
    (feature) =>
      requires.includes(feature) || spec.some((id) => SENTENCES[feature]?.test(id) === true),
  )
}
