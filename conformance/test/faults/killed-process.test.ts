// A process that is killed between any two statements leaves whole transactions, and all that it was told of.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SERVERS } from '../concurrency/servers.ts'
import {
  ACCOUNTS,
  DIALECTS,
  loadModel,
  moveAround,
  openVault,
  valuesOf,
  type Engine,
} from './vault.mjs'

const MOVER = fileURLToPath(new URL('./mover.mjs', import.meta.url))
/** Of one transaction: `begun`, three for each account, `committed`. */
const STATEMENTS = 2 + 3 * ACCOUNTS.length
const DEATHS = 1
const EACH = 100

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

const EMBEDDED: readonly Engine[] = ['sqlite', 'prisma-sqlite', 'duckdb']
const engines: readonly (readonly [Engine, string | undefined])[] = [
  ...EMBEDDED.map((engine) => [engine, undefined] as const),
  ...SERVERS,
]
/** When each of them dies, drawn with the seed of the run. */
const moments = fc.sample(fc.integer({ min: 1, max: 3 * STATEMENTS }), DEATHS)

describe.each(engines)('a killed process, on %s', (engine, server) => {
  let place: string
  let remove: () => Promise<unknown>

  beforeAll(async () => {
    if (server === undefined) {
      const folder = await mkdtemp(join(tmpdir(), 'dbal-killed-'))
      place = join(folder, 'vault.db')
      remove = () => rm(folder, { recursive: true })
    } else {
      const admin = await openPrisma({ model: await loadModel(), url: server, poolSize: 1 })
      const database = `dbal_killed_${randomBytes(6).toString('hex')}`
      await admin.schema?.query(`CREATE DATABASE ${database}`)
      place = Object.assign(new URL(server), { pathname: `/${database}` }).href
      remove = async () => {
        await admin.schema?.query(
          `DROP DATABASE ${database}${engine === 'mysql' ? '' : ' WITH (FORCE)'}`,
        )
        await admin.close()
      }
    }
    const { adapter, client } = await openVault(engine, place)
    await adapter.schema?.apply(createSchema(await loadModel(), dialectFor(DIALECTS[engine])))
    const rows = ACCOUNTS.map((id) => ({ id, balance: EACH }))
    await client.system()['accounts'].createMany(rows)
    await client.close()
  })
  afterAll(() => remove())

  it.each([STATEMENTS - 1, STATEMENTS, ...moments])(
    'after %i statements leaves nothing half-written (TX-1, TX-16)',
    async (statements) => {
      const { signal, said } = await moveUntilKilled(engine, place, statements)
      expect(signal).toBe('SIGKILL')
      const { client } = await openVault(engine, place)
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
