// Random programs on random contracts: every engine answers as the store in memory does, byte for byte.
import { describe, expect, it } from 'vitest'
import { runDifferential, writeCase, type CounterExample } from '../src/index.ts'
import { embeddedTargets, serverTargets } from '../src/targets/all-targets.ts'

const PROGRAMS = Number(process.env['DBAL_TEST_PROGRAMS'] ?? 100)
const SEED = Number(process.env['DBAL_TEST_SEED'] ?? 20261121)
const CASES = process.env['DBAL_TEST_COUNTEREXAMPLES']
// The store in memory is what the others are compared with.
const engines = [...embeddedTargets, ...serverTargets(process.env).found]
const targets = engines.filter(({ name }) => name !== 'memory')

describe('random programs', () => {
  it.each(targets)(
    'answer on $name as in memory',
    async (target) => {
      const found = await runDifferential({ target, seed: SEED, programs: PROGRAMS })
      expect(found === undefined ? '' : await explain(found)).toBe('')
    },
    600_000,
  )
})

/** With the way to play it again; as a case too where the environment names a folder for it. */
async function explain(found: CounterExample): Promise<string> {
  const again = `DBAL_TEST_SEED=${SEED} DBAL_TEST_PROGRAMS=${PROGRAMS} npx vitest run conformance/test/differential -t 'on ${found.target}'`
  const written = CASES === undefined ? undefined : await writeCase(found, CASES)
  const replay =
    written === undefined
      ? []
      : [`dbal conformance --adapter ${found.target} --cases ${written.cases}`]
  return [again, ...replay, JSON.stringify(found, undefined, 1)].join('\n')
}
