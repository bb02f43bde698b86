// Two clients of one file. SQLite refuses a second writer, who is told to try again; DuckDB lets it wait in turn. Either
// way it is judged by what the first one left.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DBALClient, type ScopedClient } from '@proj/dbal'
import { openDuckdb } from '@proj/dbal-adapter-duckdb'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import type { Adapter } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hold, settled, told } from './meet.ts'
import { RELATED, raceModel } from './model.ts'
import { isPrismaNative, openPrismaSqlite } from './prisma-sqlite.ts'
import { EVERYTHING, furnish } from './scene.ts'

interface Engine {
  readonly dialect: 'sqlite' | 'duckdb'
  /** A second writer waits; else it is refused at once. */
  readonly waits: boolean
  open(file: string): Promise<Adapter>
}

const model = raceModel()
const REFUSED = 'SERIALIZATION_CONFLICT retryable'

const ENGINES: Readonly<Record<string, Engine>> = {
  sqlite: {
    dialect: 'sqlite',
    waits: false,
    open: (file) => openSqlite({ model, url: file, busyTimeoutMs: 0 }),
  },
  'prisma-sqlite': {
    dialect: 'sqlite',
    waits: false,
    open: (file) => openPrismaSqlite(model, file),
  },
  duckdb: {
    dialect: 'duckdb',
    waits: true,
    open: (file) => openDuckdb({ model, url: file, threads: 1 }),
  },
}

const engines = Object.entries(ENGINES).filter(
  ([name]) => isPrismaNative || name !== 'prisma-sqlite',
)

describe.each(engines)('two clients of a file, on %s', (_, engine) => {
  let folder: string
  let first: DBALClient
  let second: DBALClient
  let root: ScopedClient
  let ann: ScopedClient

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dbal-race-'))
    const open = () => engine.open(join(folder, 'race.db'))
    const adapters = [await open(), await open()] as const
    await adapters[0].schema?.apply(createSchema(model, dialectFor(engine.dialect)))
    first = new DBALClient({ schema: model, adapter: adapters[0] })
    second = new DBALClient({ schema: model, adapter: adapters[1] })
    root = first.system()
    ann = second.as({ user: { id: 'ann', role: 'user' } })
    await root.users.createMany([{ id: 'ann' }, { id: 'bob' }])
    await furnish(root, EVERYTHING)
  })
  afterEach(async () => {
    for (const client of [first, second]) await client.close()
    await rm(folder, { recursive: true })
  })

  /** What the second writer is answered in the end. */
  async function after(
    holds: (tx: ScopedClient) => Promise<unknown>,
    write: () => Promise<unknown>,
  ): Promise<unknown> {
    const held = await hold({ first }, holds)
    const early = settled(write())
    if (!engine.waits) expect(told(await early)).toBe(REFUSED)
    await held.end('commit')
    return told(engine.waits ? await early : await settled(write()))
  }

  const giveAway = (tx: ScopedClient) => tx.docs.update('1', { ownerId: 'bob', text: 'his' })
  const rename = (on = ann) => on.docs.update('1', { text: 'mine' })

  it('a row that was given away is not written (ACC-43)', async () => {
    expect(await after(giveAway, () => rename())).toBe('NOT_FOUND')
    expect(await root.docs.read('1')).toMatchObject({ ownerId: 'bob', text: 'his' })
    expect(await after(giveAway, () => ann.docs.deleteMany({}, { all: true }))).toBe(1)
  })

  it('a refused transaction is run again until its turn comes (TX-9)', async () => {
    const held = await hold({ first }, giveAway)
    const turn = settled(ann.transaction((tx) => rename(tx)))
    await held.end('commit')
    expect(told(await turn)).toBe('NOT_FOUND')
  })

  it('a right over another row that was taken is not there (ACC-45)', async () => {
    const revoke = (tx: ScopedClient) => tx.pages.update('p', { ownerId: 'bob' })
    for (const plural of RELATED) {
      const write = () => ann[plural].update('1', { text: 'mine' })
      expect(await after(revoke, write)).toBe('NOT_FOUND')
      await root.pages.update('p', { ownerId: 'ann' })
      expect(await after(revoke, () => ann[plural].delete('1'))).toBe('NOT_FOUND')
      await root.pages.update('p', { ownerId: 'ann' })
    }
  })

  it('rows below are asked as they are when their parent goes (ACC-47)', async () => {
    const lock = (tx: ScopedClient) => tx.leaves.update('l', { locked: true })
    expect(await after(lock, () => ann.shelves.delete('s'))).toBe('FORBIDDEN')
    expect(await root.leaves.read('l')).toMatchObject({ locked: true })
  })

  it('a key is had by one (MUT-31, MUT-40, MUT-41)', async () => {
    const upsert = (on: ScopedClient, id: string) =>
      on.docs.upsert({
        where: { slug: 'new' },
        create: { id, slug: 'new', ownerId: 'ann' },
        update: { text: 'changed' },
      })
    const made = await after(
      (tx) => upsert(tx, '8'),
      () => upsert(ann, '9'),
    )
    expect(made).toMatchObject({ id: '8', text: 'changed' })
    const take = (on: ScopedClient, id: string) =>
      on.docs.create({ id, slug: 'other', ownerId: 'ann' })
    const taken = await after(
      (tx) => take(tx, '6'),
      () => take(ann, '7'),
    )
    expect(taken).toBe('CONFLICT unique slug')
    const gone = (tx: ScopedClient) => tx.shelves.delete('s')
    const refer = () => ann.books.create({ id: 'n', shelf: { connect: { id: 's' } } })
    expect(await after(gone, refer)).toMatch(/^CONFLICT foreign_key|^NOT_FOUND/)
  })

  it('a version has one winner, and sums are all counted (MUT-13, MUT-15)', async () => {
    const set = (on: ScopedClient) => on.docs.update('1', { text: 'set' }, { ifVersion: 1 })
    expect(await after(set, () => set(ann))).toBe('CONFLICT version ifVersion')
    const add = (on: ScopedClient) => on.docs.update('1', { hits: { increment: 1 } })
    expect(await after(add, () => add(ann))).toMatchObject({ hits: 2 })
  })
})
