import { afterAll, describe, expect, it } from 'vitest'
import {
  committedManifest,
  describeAdapter,
  loadSuite,
  manifestOf,
  overBridge,
  type BridgeForm,
  type VectorResult,
} from '../../src/index.ts'
import { embeddedTargets, serverTargets } from '../../src/targets/all-targets.ts'

/**
 * Every case on one engine, or behind the bridge of each of the forms; a server that the environment does not
 * name is said to be missing.
 */
export async function playOn(name: string, forms: readonly BridgeForm[] = []): Promise<void> {
  const { found, missing } = serverTargets(process.env)
  const target = [...embeddedTargets, ...found].find((each) => each.name === name)
  if (target !== undefined) {
    const runner = { describe, it, afterAll }
    const suite = await loadSuite()
    for (const form of forms) await describeAdapter(overBridge(target, form), { runner, suite })
    if (forms.length > 0) return
    const results: VectorResult[] = []
    const onResult = (result: VectorResult): unknown => results.push(result)
    await describeAdapter(target, { runner, suite, onResult })
    describe(`${name}, all cases together`, () => {
      it('have earned what is committed: else run dbal conformance --manifest (CAP-4)', async () => {
        // A part of the cases (-t) shows a part.
        if (results.length < suite.vectors.length) return
        expect(manifestOf(results)[name]).toEqual((await committedManifest())[name])
      })
    })
    return
  }
  const variable = missing.find((each) => each.target === name)?.variable ?? name
  it('has no server to play on', () => {
    process.stdout.write(`${variable} is not set: no case was played on ${name}\n`)
  })
}
