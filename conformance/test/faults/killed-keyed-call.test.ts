// A process is killed in a keyed call, between any two of its statements; whoever calls again with the key has the
// effect exactly once (OP-60, OP-63, TX-16).
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { MUTATION_ENTITY } from '@proj/dbal-contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EACH, ENGINES, makePlace, type Place } from './place.ts'
import { openVault, pay, type Engine } from './vault.mjs'

const PAYER = fileURLToPath(new URL('./payer.mjs', import.meta.url))

/** In the order in which a keyed call gets to them, and whether its effect is there by then. */
const MOMENTS = [
  [`insert ${MUTATION_ENTITY}`, false],
  ['update Account', false],
  [`update ${MUTATION_ENTITY}`, false],
  ['commit', true],
] as const

function payUntilKilled(
  engine: Engine,
  place: string,
  key: string,
  moment: string,
): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [PAYER, engine, place, key, moment], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (_, signal) => resolve(signal))
  })
}

describe.each(ENGINES)('a keyed call that is killed, on %s', (engine, server) => {
  let own: Place
  let paid = 0

  beforeAll(async () => {
    own = await makePlace(engine, server)
  })
  afterAll(() => own.remove())

  it.each(MOMENTS)('after its %s is done once by whoever calls again', async (moment, isThere) => {
    expect(await payUntilKilled(engine, own.place, moment, moment)).toBe('SIGKILL')
    const { client } = await openVault(engine, own.place)
    const system = client.system()
    const balance = async () => (await system['accounts'].read('a')).balance
    expect(await balance()).toBe(EACH - paid - (isThere ? 1 : 0))
    paid += 1
    const done = { id: 'a', balance: EACH - paid }
    expect(await pay(system, moment)).toMatchObject(done)
    expect(await pay(system, moment)).toMatchObject(done)
    expect(await balance()).toBe(EACH - paid)
    await client.close()
  })
})
