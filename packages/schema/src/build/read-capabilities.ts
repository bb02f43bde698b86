// capabilities.yaml: what each adapter declares, and which fallback answers for what it lacks.
import type { Problems } from '../diagnostic/problems.ts'
import type { AdapterCapabilitySpec } from '../model/model.ts'
import type { SpecDocument } from '../source/parse-documents.ts'
import {
  booleanOf,
  childOf,
  entriesOf,
  stringOf,
  stringsOf,
  type SpecEntry,
} from '../source/spec-node.ts'
import { warnIgnored } from './warn-ignored.ts'

const FEATURES: readonly string[] = [
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
  'changes',
]

const IGNORED = {
  feature_matrix: 'say it at the adapter, under `features` and `fallback`',
  capability_detection: 'what an adapter declares is proved by the conformance suite',
  version_compatibility: 'what changed between two contracts is found by comparing them',
}

export function readCapabilities(
  documents: readonly SpecDocument[],
  problems: Problems,
): AdapterCapabilitySpec[] {
  const adapters = new Map<string, AdapterCapabilitySpec>()
  for (const { root } of documents) {
    const matrix = childOf(root, 'capabilities') ?? root
    warnIgnored(matrix, IGNORED, problems)
    for (const entry of entriesOf(childOf(matrix, 'adapters'))) {
      if (adapters.has(entry.key))
        problems.error(
          'duplicate-name',
          entry.keyRange,
          `the adapter \`${entry.key}\` is declared twice`,
        )
      else adapters.set(entry.key, readAdapter(entry, problems))
    }
  }
  return [...adapters.values()]
}

// Unknown features are a matter of structure and reported there.
function readAdapter({ key, node }: SpecEntry, problems: Problems): AdapterCapabilitySpec {
  const listed = childOf(node, 'features')
  const features = new Set(
    listed?.kind === 'list' ? stringsOf(listed).map(({ value }) => value) : [],
  )
  const fallback = new Map<string, string>()
  for (const { key: feature, node: value } of entriesOf(listed)) {
    if (booleanOf(value) ?? booleanOf(childOf(value, 'supported')) ?? false) features.add(feature)
    const named = stringOf(childOf(value, 'fallback'))
    if (named !== undefined) fallback.set(feature, named)
  }
  for (const { key: feature, keyRange, node: value } of entriesOf(childOf(node, 'fallback'))) {
    const named = stringOf(value)
    if (named === undefined) continue
    fallback.set(feature, named)
    if (features.has(feature))
      problems.warn(
        'unused-fallback',
        keyRange,
        `\`${feature}\` is declared: its fallback is never used`,
      )
  }
  return {
    name: key,
    features: FEATURES.filter((feature) => features.has(feature)),
    fallback: Object.fromEntries([...fallback].filter(([feature]) => FEATURES.includes(feature))),
  }
}
