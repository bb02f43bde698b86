import { afterAll, describe, it } from 'vitest'
import { describeAdapter } from '../../src/index.ts'
import { embeddedTargets, serverTargets } from '../../src/targets/all-targets.ts'

/** Every case on one engine; a server that the environment does not name is said to be missing. */
export async function playOn(name: string): Promise<void> {
  const { found, missing } = serverTargets(process.env)
  const target = [...embeddedTargets, ...found].find((each) => each.name === name)
  if (target !== undefined) return describeAdapter(target, { runner: { describe, it, afterAll } })
  const variable = missing.find((each) => each.target === name)?.variable ?? name
  it('has no server to play on', () => {
    process.stdout.write(`${variable} is not set: no case was played on ${name}\n`)
  })
}
