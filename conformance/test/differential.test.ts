// Random programs on random contracts: every engine answers as the store in memory does, byte for byte.
import { describe, expect, it } from 'vitest'
import { runDifferential } from '../src/index.ts'
import { embeddedTargets, serverTargets } from '../src/targets/all-targets.ts'

const PROGRAMS = Number(process.env['DBAL_TEST_PROGRAMS'] ?? 100)
const SEED = Number(process.env['DBAL_TEST_SEED'] ?? 20261121)
const targets = [...embeddedTargets, ...serverTargets(process.env).found]

describe('random programs', () => {
  it.each(targets)(
    'answer on $name as in memory',
    async (target) => {
      const found = await runDifferential({ target, seed: SEED, programs: PROGRAMS })
      expect(found === undefined ? '' : JSON.stringify(found, undefined, 1)).toBe('')
    },
    600_000,
  )
})
