// What a call leaves behind, when it has been answered, is for the collector to carry about: a closure in a field, or a
// hidden class for one object, keeps all of the call until the old space is collected (docs/decisions/0029).
import { expect, test } from 'vitest'
import { inBench } from '../src/bench-folder.ts'
import { runNode } from '../src/process/run-node.ts'

/** Bytes a call; a hidden class takes as much, and what keeps a call keeps some thousands. */
const MOST = 200

/** The moment at which code is optimized does not decide, and what is young is collected often. */
const FLAGS = [
  '--expose-gc',
  '--no-opt',
  '--no-sparkplug',
  '--single-threaded',
  '--max-semi-space-size=1',
]

const [major = ''] = process.versions.node.split('.')

// Later versions collect and optimize otherwise.
test.skipIf(major !== '20')(
  'a call leaves nothing behind',
  async () => {
    const child = [inBench('children/left-behind.mjs'), inBench('workspace')]
    const { output } = await runNode([...FLAGS, ...child], inBench())
    const bytes = JSON.parse(output) as Readonly<Record<string, number>>
    expect(Object.keys(bytes)).toHaveLength(7)
    for (const [name, left] of Object.entries(bytes))
      expect(left, `${name} leaves ${left} bytes behind`).toBeLessThan(MOST)
  },
  120_000,
)
