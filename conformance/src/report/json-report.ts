import { manifestOf, type Manifest } from '../capabilities/manifest.ts'
import type { VectorResult } from '../vector/run-vectors.ts'

export interface JsonReport {
  readonly passed: number
  readonly refused: number
  readonly known: number
  readonly failed: number
  /** What each target has shown, of the cases that were played. */
  readonly capabilities: Manifest
  readonly results: readonly {
    readonly target: string
    readonly chapter: string
    readonly name: string
    readonly file: string
    readonly line: number
    readonly result: 'pass' | 'refused' | 'known' | 'fail'
    /** Why it failed, the reason of a known failure, or the feature that was refused. */
    readonly reason?: string
    readonly milliseconds: number
  }[]
}

export function jsonReport(results: readonly VectorResult[]): JsonReport {
  const count = (kind: string): number =>
    results.filter(({ outcome }) => outcome.result === kind).length
  return {
    passed: count('pass'),
    refused: count('refused'),
    known: count('known'),
    failed: count('fail'),
    capabilities: manifestOf(results),
    results: results.map(({ vector, target, outcome, milliseconds }) => {
      const reason = reasonOf(outcome)
      return {
        target,
        chapter: vector.chapter,
        name: vector.name,
        file: vector.source.file,
        line: vector.source.line,
        result: outcome.result,
        ...(reason === undefined ? {} : { reason }),
        milliseconds: Math.round(milliseconds * 10) / 10,
      }
    }),
  }
}

function reasonOf(outcome: VectorResult['outcome']): string | undefined {
  if (outcome.result === 'pass') return undefined
  return outcome.result === 'refused' ? outcome.feature : outcome.reason
}
