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
  if (target === undefined)
    return sayMissing(name, missing.find((each) => each.target === name)?.variable ?? name)
  const suite = await loadSuite()
  for (const form of forms) await describeAdapter(overBridge(target, form), { runner, suite })
  if (forms.length > 0) return
  const results: VectorResult[] = []
  const onResult = (result: VectorResult): unknown => results.push(result)
  await describeAdapter(target, { runner, suite, onResult })
  compareEarned(name, results, suite.vectors.length)
}

const runner = { describe, it, afterAll }

function sayMissing(name: string, variable: string): void {
  it('has no server to play on', () => {
    process.stdout.write(`${variable} is not set: no case was played on ${name}\n`)
  })
}

/** A part of the cases (`-t`) shows a part, which is not compared. */
function compareEarned(name: string, results: readonly VectorResult[], all: number): void {
  it('all cases together earn what is committed; else dbal conformance --manifest (CAP-4)', async () => {
    const earned = (await committedManifest())[name]
    expect(results.length < all ? earned : manifestOf(results)[name]).toEqual(earned)
  })
}
