import { afterAll, describe, it } from 'vitest'
import { describeAdapter, overBridge, type BridgeForm } from '../../src/index.ts'
import { embeddedTargets, serverTargets } from '../../src/targets/all-targets.ts'

/**
 * Every case on one engine, or behind the bridge of each of the forms; a server that the environment does not
 * name is said to be missing.
 */
export async function playOn(name: string, forms: readonly BridgeForm[] = []): Promise<void> {
  const { found, missing } = serverTargets(process.env)
  const target = [...embeddedTargets, ...found].find((each) => each.name === name)
  if (target !== undefined) {
    const targets = forms.length === 0 ? [target] : forms.map((form) => overBridge(target, form))
    for (const each of targets) await describeAdapter(each, { runner: { describe, it, afterAll } })
    return
  }
  const variable = missing.find((each) => each.target === name)?.variable ?? name
  it('has no server to play on', () => {
    process.stdout.write(`${variable} is not set: no case was played on ${name}\n`)
  })
}
