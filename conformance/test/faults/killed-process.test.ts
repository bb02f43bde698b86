// A process that is killed between any two statements leaves whole transactions, and all that it was told of.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EACH, ENGINES, makePlace, type Place } from './place.ts'
import { ACCOUNTS, moveAround, openVault, valuesOf, type Engine } from './vault.mjs'

const MOVER = fileURLToPath(new URL('./mover.mjs', import.meta.url))
/** Of one transaction: `begun`, three for each account, `committed`. */
const STATEMENTS = 2 + 3 * ACCOUNTS.length
const DEATHS = 1

interface Death {
  readonly signal: NodeJS.Signals | null
  /** The transactions that it was told are committed. */
  readonly said: readonly string[]
}

function moveUntilKilled(engine: Engine, place: string, statements: number): Promise<Death> {
  const child = spawn(process.execPath, [MOVER, engine, place, String(statements)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (_, signal) => resolve({ signal, said: said.split('\n').slice(0, -1) }))
  })
}

/** When each of them dies, drawn with the seed of the run. */
const moments = fc.sample(fc.integer({ min: 1, max: 3 * STATEMENTS }), DEATHS)

describe.each(ENGINES)('a killed process, on %s', (engine, server) => {
  let own: Place

  beforeAll(async () => {
    own = await makePlace(engine, server)
  })
  afterAll(() => own.remove())

  it.each([STATEMENTS - 1, STATEMENTS, ...moments])(
    'after %i statements leaves nothing half-written (TX-1, TX-16)',
    async (statements) => {
      const { signal, said } = await moveUntilKilled(engine, own.place, statements)
      expect(signal).toBe('SIGKILL')
      const { client } = await openVault(engine, own.place)
      const system = client.system()
      const accounts = (await system['accounts'].list()).data
      expect(valuesOf(accounts, 'balance')).toEqual(ACCOUNTS.map(() => EACH))
      const moves = (await system['moves'].list({ limit: 100, sort: { id: 'asc' } })).data
      const whole = said.flatMap((id) => ACCOUNTS.map((_, n) => `${id}-${n}`))
      expect(valuesOf(moves, 'id')).toEqual(whole.sort())
      expect(said).toHaveLength(Math.floor(statements / STATEMENTS))
      // What the dead one held is free, and the database goes on.
      await moveAround(system, 'next', () => undefined)
      expect(await system['moves'].deleteMany({}, { all: true })).toBe(
        whole.length + ACCOUNTS.length,
      )
      await client.close()
    },
  )
})
