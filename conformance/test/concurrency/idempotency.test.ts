// Two clients that send the same keyed calls at the same time: each is done once, and both are answered (OP-60).
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DBALClient } from '@proj/dbal'
import { openDuckdb } from '@proj/dbal-adapter-duckdb'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import { withMutations, type Adapter } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { describe, expect, it } from 'vitest'
import { raceModel } from './model.ts'
import { openPair, SERVERS, type Pair } from './servers.ts'

const CALLS = 50
const model = withMutations(raceModel())

type Both = Pick<Pair, 'first' | 'second' | 'close'>

const FILES: Readonly<Record<string, (file: string) => Promise<Adapter> | Adapter>> = {
  sqlite: (file) => openSqlite({ model, url: file }),
  'prisma-sqlite': (file) => openPrisma({ model, url: `file:${file}` }),
  duckdb: (file) => openDuckdb({ model, url: file, threads: 1 }),
}

async function openFile(name: string): Promise<Both> {
  const folder = await mkdtemp(join(tmpdir(), 'dbal-keys-'))
  const open = FILES[name] as (file: string) => Promise<Adapter> | Adapter
  const adapters = [await open(join(folder, 'db')), await open(join(folder, 'db'))] as const
  const dialect = dialectFor(name === 'duckdb' ? 'duckdb' : 'sqlite')
  await adapters[0].schema?.apply(createSchema(model, dialect))
  const [first, second] = adapters.map(
    (adapter) => new DBALClient({ schema: raceModel(), adapter }),
  )
  if (first === undefined || second === undefined) throw new Error('two clients were opened')
  return {
    first,
    second,
    close: async () => {
      for (const client of [first, second]) await client.close()
      await rm(folder, { recursive: true })
    },
  }
}

const TARGETS: readonly (readonly [string, () => Promise<Both>])[] = [
  ...Object.keys(FILES).map((name) => [name, () => openFile(name)] as const),
  ...SERVERS.map(([server, url]) => [server, () => openPair(server, url, model)] as const),
]

describe.each(TARGETS)('the same key twice at once, on %s', (_, open) => {
  it('is one call with two answers', { timeout: 60_000 }, async () => {
    const { first, second, close } = await open()
    try {
      for (let i = 0; i < CALLS; i += 1) {
        const call = (client: DBALClient): Promise<unknown> =>
          client
            .system()
            .call(
              { entity: 'Ledger', action: 'create', input: { id: `n${i}`, rank: i } },
              { idempotencyKey: `k${i}` },
            )
        const [one, other] = await Promise.all([call(first), call(second)])
        expect(other).toEqual(one)
      }
      expect(await first.system().call({ entity: 'Ledger', action: 'count' })).toBe(CALLS)
    } finally {
      await close()
    }
  })
})
