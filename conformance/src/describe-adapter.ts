import { loadSuite, type Suite, type SuiteOptions } from './suite/load-suite.ts'
import type { Target } from './targets/target.ts'
import { VectorRun, type VectorResult } from './vector/run-vectors.ts'

/** What a test runner offers: of vitest, jest, mocha (`after`) or node:test. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown
  it(name: string, body: () => Promise<void>): unknown
  afterAll?(body: () => Promise<void>): unknown
  after?(body: () => Promise<void>): unknown
}

export interface DescribeOptions extends SuiteOptions {
  /** Absent: `describe`, `it` and `afterAll` or `after` of the global object. */
  readonly runner?: TestRunner | undefined
  /** A suite that was loaded already. */
  readonly suite?: Suite | undefined
  readonly onResult?: ((result: VectorResult) => void) | undefined
}

/**
 * Registers a test for every conformance case: what a case requires and the adapter lacks must be refused,
 * and everything else must answer as the specification says.
 *
 * ```ts
 * await describeAdapter({ name: 'mine', open: (model) => openMine({ model, url: ':memory:' }) })
 * ```
 *
 * `open` is called once for each contract, with an empty database brought to the model. Throws TypeError
 * where no test runner is there.
 */
export async function describeAdapter(
  target: Target,
  { runner = globalRunner(), suite, onResult, ...options }: DescribeOptions = {},
): Promise<void> {
  const { vectors, modelOf } = suite ?? (await loadSuite(options))
  runner.describe(target.name, () => {
    const run = new VectorRun(target)
    const close = runner.afterAll ?? runner.after
    close?.(() => run.close())
    for (const vector of vectors)
      runner.it(`${vector.chapter}: ${vector.name}`, async () => {
        const result = await run.play(vector, await modelOf(vector))
        onResult?.(result)
        const { outcome } = result
        if (outcome.result !== 'fail') return
        const { file, line } = vector.source
        throw new Error(`${file}:${line}: ${outcome.reason}`)
      })
  })
}

function globalRunner(): TestRunner {
  const { describe, it, afterAll, after } = globalThis as unknown as Partial<TestRunner>
  if (describe === undefined || it === undefined)
    throw new TypeError(
      'describeAdapter needs a test runner: pass { runner: { describe, it, afterAll } }',
    )
  return {
    describe,
    it,
    ...(afterAll === undefined ? {} : { afterAll }),
    ...(after === undefined ? {} : { after }),
  }
}
