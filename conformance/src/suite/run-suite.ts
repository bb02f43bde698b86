// Every case on every target, one after the other.
import type { Target } from '../targets/target.ts'
import { VectorRun, type VectorResult } from '../vector/run-vectors.ts'
import type { Suite } from './load-suite.ts'

export interface RunOptions {
  readonly suite: Suite
  readonly targets: readonly Target[]
  /** Only cases whose chapter, file or name contains it. */
  readonly filter?: string | undefined
  readonly signal?: AbortSignal | undefined
  readonly onResult?: ((result: VectorResult, done: number, of: number) => void) | undefined
}

/** Rejects when a target cannot be opened, and with the signal's reason; what was opened is closed. */
export async function runSuite(options: RunOptions): Promise<readonly VectorResult[]> {
  const { suite, targets, filter = '', signal, onResult } = options
  const vectors = suite.vectors.filter(({ chapter, name, source }) =>
    [chapter, source.file, name].some((text) => text.includes(filter)),
  )
  const results: VectorResult[] = []
  for (const target of targets) {
    const run = new VectorRun(target)
    try {
      for (const vector of vectors) {
        signal?.throwIfAborted()
        const result = await run.play(vector, await suite.modelOf(vector))
        results.push(result)
        onResult?.(result, results.length, vectors.length * targets.length)
      }
    } finally {
      await run.close()
    }
  }
  return results
}
