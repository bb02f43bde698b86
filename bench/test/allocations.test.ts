// What a call allocates is the same on every machine, as its time is not: a hot path that grows is seen here.
import { expect, test } from 'vitest'
import { inBench } from '../src/bench-folder.ts'
import { runNode } from '../src/process/run-node.ts'

/** Bytes a call, by Node's major version. Whoever changes them on purpose writes the new ones here. */
const COUNTED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  '20': { create: 33_900, read: 11_380, list: 43_450, update: 36_770 },
}
const GROWTH = 1.1

/** Neither the moment at which code is optimized nor that of a collection decides what is counted. */
const FLAGS = [
  '--expose-gc',
  '--no-opt',
  '--no-sparkplug',
  '--single-threaded',
  '--min-semi-space-size=512',
  '--max-semi-space-size=512',
]

const [major = ''] = process.versions.node.split('.')
const counted = COUNTED[major]

test.skipIf(counted === undefined)(
  'a call allocates no more than it did',
  async () => {
    const child = [inBench('children/allocations.mjs'), inBench('workspace')]
    const { output } = await runNode([...FLAGS, ...child], inBench())
    const bytes = JSON.parse(output) as Readonly<Record<string, number>>
    expect(Object.keys(bytes).sort()).toEqual(Object.keys(counted ?? {}).sort())
    for (const [name, now] of Object.entries(bytes)) {
      const before = counted?.[name] ?? 0
      expect(now, `${name}: ${now} bytes, and ${before} before`).toBeLessThanOrEqual(
        before * GROWTH,
      )
      // A figure that is far too high would let the next growth pass.
      expect(now, `${name}: write ${now} down`).toBeGreaterThanOrEqual(before / GROWTH)
    }
  },
  60_000,
)
