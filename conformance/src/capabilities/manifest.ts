// What engines have earned: each feature and each chapter of the cases, as a run of all cases has shown it.
import { FEATURES, type Feature } from '@proj/dbal-contract'
import type { VectorResult } from '../vector/run-vectors.ts'
import { featuresOf } from './features-of.ts'

/**
 * `pass`: every case holds. A list: every case holds but those that are known to differ, for these reasons. `refused`:
 * the engine lacks it and says so. `fail`: a case does not hold. `absent`: the engine does without it, as the cases about
 * it show, or no case has shown it.
 */
export type Earned = 'pass' | 'refused' | 'fail' | 'absent' | readonly string[]

export interface TargetEarned {
  readonly features: Readonly<Record<Feature, Earned>>
  readonly chapters: Readonly<Record<string, Earned>>
}

/** By target. */
export type Manifest = Readonly<Record<string, TargetEarned>>

/** `results` of whole runs: of a part of the cases it would say too much. */
export function manifestOf(results: readonly VectorResult[]): Manifest {
  const targets = [...new Set(results.map(({ target }) => target))]
  return Object.fromEntries(
    targets.map((target) => [target, earnedBy(results.filter((each) => each.target === target))]),
  )
}

function earnedBy(results: readonly VectorResult[]): TargetEarned {
  const chapters = [...new Set(results.map(({ vector }) => vector.chapter))].sort()
  const had = new Set(results.flatMap(({ features }) => [...(features ?? [])]))
  return {
    features: Object.fromEntries(
      FEATURES.map((feature) => {
        const shown = results.filter(({ vector }) => featuresOf(vector).includes(feature))
        const earned = shown.length === 0 ? 'absent' : judge(shown, feature)
        const isClaim = earned !== 'refused' && earned !== 'fail'
        return [feature, isClaim && !had.has(feature) ? 'absent' : earned]
      }),
    ) as Record<Feature, Earned>,
    chapters: Object.fromEntries(
      chapters.map((chapter) => [
        chapter,
        judge(results.filter(({ vector }) => vector.chapter === chapter)),
      ]),
    ),
  }
}

/** With a feature, a case that wants another one and was refused says nothing. */
function judge(results: readonly VectorResult[], feature?: Feature): Earned {
  const outcomes = results.map(({ outcome }) => outcome)
  if (outcomes.some(({ result }) => result === 'fail')) return 'fail'
  const isRefused = outcomes.some(
    (outcome) => outcome.result === 'refused' && outcome.feature === feature,
  )
  if (isRefused) return 'refused'
  const quirks = outcomes.flatMap((each) => (each.result === 'known' ? [each.reason] : []))
  return quirks.length === 0 ? 'pass' : [...new Set(quirks)].sort()
}

/** Whether a workspace may claim the feature for the engine. */
export function isEarned(earned: Earned): boolean {
  return earned === 'pass' || typeof earned === 'object'
}

export function printManifest(manifest: Manifest): string {
  const sorted = Object.entries(manifest).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`
}
