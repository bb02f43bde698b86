// Two clients that send the same keyed calls at the same time: each is done once, and both are answered (OP-60).
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DBALClient } from '@proj/dbal'
import { openDuckdb } from '@proj/dbal-adapter-duckdb'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import { withMutations } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { describe, expect, it } from 'vitest'
import { raceModel } from './model.ts'
import { isPrismaNative, openPrismaSqlite } from './prisma-sqlite.ts'
import { openPair, SERVERS, type Pair } from './servers.ts'

const CALLS = 50
const model = withMutations(raceModel())

type Both = Pick<Pair, 'first' | 'second' | 'close'>

/** Both clients are in one thread, in which none may wait for the other to let go of the file. */
const FILES = {
  sqlite: (file: string) => openSqlite({ model, url: file, busyTimeoutMs: 0 }),
  'prisma-sqlite': (file: string) => openPrismaSqlite(model, file),
  duckdb: (file: string) => openDuckdb({ model, url: file, threads: 1 }),
}
const ENGINES = (['sqlite', 'prisma-sqlite', 'duckdb'] as const).filter(
  (name) => isPrismaNative || name !== 'prisma-sqlite',
)

async function openFile(name: keyof typeof FILES): Promise<Both> {
  const folder = await mkdtemp(join(tmpdir(), 'dbal-keys-'))
  const open = FILES[name]
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
  ...ENGINES.map((name) => [name, () => openFile(name)] as const),
  ...SERVERS.map(([server, url]) => [server, () => openPair(server, url, model)] as const),
]

describe.each(TARGETS)('the same key twice at once, on %s', (_, open) => {
  it('is one call with two answers', { timeout: 60_000 }, async () => {
    const { first, second, close } = await open()
    try {
      const asSystem = (client: DBALClient) => client.system()
      await asSystem(first).call({
        entity: 'Ledger',
        action: 'create',
        input: { id: 'n', rank: 0 },
      })
      // An increment tells how often it was made, which a unique key would hide.
      const input = { id: 'n', rank: { increment: 1 } }
      for (let i = 0; i < CALLS; i += 1) {
        const [one, other] = await Promise.all(
          [first, second].map((client) =>
            asSystem(client).call(
              { entity: 'Ledger', action: 'update', input },
              { idempotencyKey: `k${i}` },
            ),
          ),
        )
        expect(one).toMatchObject({ id: 'n', rank: i + 1 })
        expect(other).toEqual(one)
      }
      const read = { entity: 'Ledger', action: 'read', input: { id: 'n' } }
      expect(await asSystem(second).call(read)).toMatchObject({ rank: CALLS })
    } finally {
      await close()
    }
  })
})
