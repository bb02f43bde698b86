import { afterAll, describe, expect, it } from 'vitest'
import {
  committedManifest,
  describeAdapter,
  loadSuite,
  manifestOf,
  overBridge,
  type BridgeForm,
  type Target,
  type VectorResult,
} from '../../src/index.ts'
import { embeddedTargets, serverTargets } from '../../src/targets/all-targets.ts'

const runner = { describe, it, afterAll }

/** Read once: engines of one file share what is compiled of a contract. */
const suite = await loadSuite()

/** Every case on one engine; a server that the environment does not name is said to be missing. */
export async function playOn(name: string): Promise<void> {
  const target = targetNamed(name)
  if (target === undefined) return
  const results: VectorResult[] = []
  const onResult = (result: VectorResult): unknown => results.push(result)
  await describeAdapter(target, { runner, suite, onResult })
  compareEarned(name, results)
}

/**
 * The cases on one engine behind the bridge, dealt out among the forms of a group; each group has every case.
 * With DBAL_TEST_FORMS=all each form has every case.
 */
export async function playBehindBridge(
  name: string,
  groups: readonly (readonly BridgeForm[])[],
): Promise<void> {
  const target = targetNamed(name)
  if (target === undefined) return
  const isDealt = process.env['DBAL_TEST_FORMS'] !== 'all'
  for (const forms of groups)
    for (const [n, form] of forms.entries()) {
      const dealt = suite.vectors.filter((_, at) => at % forms.length === n)
      const vectors = isDealt ? dealt : suite.vectors
      await describeAdapter(overBridge(target, form), { runner, suite: { ...suite, vectors } })
    }
}

function targetNamed(name: string): Target | undefined {
  const { found, missing } = serverTargets(process.env)
  const target = [...embeddedTargets, ...found].find((each) => each.name === name)
  if (target === undefined)
    sayMissing(name, missing.find((each) => each.target === name)?.variable ?? name)
  return target
}

function sayMissing(name: string, variable: string): void {
  it('has no server to play on', () => {
    process.stdout.write(`${variable} is not set: no case was played on ${name}\n`)
  })
}

/** A part of the cases (`-t`) shows a part, which is not compared. */
function compareEarned(name: string, results: readonly VectorResult[]): void {
  it(`${name} earns with all cases together what is committed; else dbal conformance --manifest (CAP-4)`, async () => {
    const earned = (await committedManifest())[name]
    const isWhole = results.length === suite.vectors.length
    expect(isWhole ? manifestOf(results)[name] : earned).toEqual(earned)
  })
}
