// Files that take no more, and files that take nothing: what could not be stored whole is not stored at all.
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { DBALClient, ScopedClient } from '@proj/dbal'
import type { Adapter } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ACCOUNTS, DIALECTS, loadTables, openVault, valuesOf, type Engine } from './vault.mjs'

const FILLER = fileURLToPath(new URL('./filler.mjs', import.meta.url))
const ENGINES: readonly Engine[] = ['sqlite', 'prisma-sqlite', 'duckdb']
const reading = (reason: string) => ({ code: 'DATABASE_ERROR', details: { reason } })

describe.each(ENGINES)('a file, on %s', (engine) => {
  let folder: string
  let adapter: Adapter
  let client: DBALClient
  let system: ScopedClient
  const place = () => join(folder, 'vault.db')
  const reopen = async (options?: { readonly readonly: boolean }): Promise<void> => {
    await client.close()
    ;({ adapter, client } = await openVault(engine, place(), options))
    system = client.system()
  }
  const balances = async () => valuesOf((await system['accounts'].list()).data, 'balance')
  const moves = (count: number, size: number) =>
    Array.from({ length: count }, (_, n) => {
      return { id: `m${n}`, fromId: 'a', toId: 'b', amount: 1, note: 'x'.repeat(size) }
    })

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dbal-faults-'))
    ;({ adapter, client } = await openVault(engine, place()))
    system = client.system()
    await adapter.schema?.apply(createSchema(await loadTables(), dialectFor(DIALECTS[engine])))
    await system['accounts'].createMany(ACCOUNTS.map((id) => ({ id, balance: 100 })))
  })
  afterEach(async () => {
    await client.close()
    await rm(folder, { recursive: true })
  })

  it('that may grow no further takes no part of a transaction, and goes on (ERR-14)', async () => {
    await client.close()
    // The unit is 512 bytes or 1024, as the shell has it: far less than what is written.
    const script = `ulimit -f 4096 && exec "$0" "$@"`
    const command = ['-c', script, process.execPath, FILLER, engine, place()]
    const { stdout } = await promisify(execFile)('sh', command)
    expect(JSON.parse(stdout)).toMatchObject({
      large: { code: 'DATABASE_ERROR', reason: 'the file cannot be read or written' },
      balances: [100, 100, 100, 100],
      moves: 0,
      small: { id: 'a', balance: 7 },
    })
    await reopen()
    expect(await balances()).toEqual([7, 100, 100, 100])
    expect(await system['moves'].count()).toBe(0)
  })

  it('that is open for reading only answers reads and says why it takes no change (ERR-14)', async () => {
    await reopen({ readonly: true })
    const refused = reading('the database is open for reading only')
    const { accounts } = system
    await expect(accounts.update('a', { balance: 1 })).rejects.toMatchObject(refused)
    await expect(accounts.createMany([{ id: 'e', balance: 1 }])).rejects.toMatchObject(refused)
    const both = system.transaction(async (tx) => {
      await tx['accounts'].read('a')
      await tx['accounts'].delete('b')
    })
    await expect(both).rejects.toMatchObject(refused)
    expect(await balances()).toEqual([100, 100, 100, 100])
    await reopen()
    await system['accounts'].update('a', { balance: 2 })
    expect(await balances()).toEqual([2, 100, 100, 100])
  })

  // DuckDB has no limit of its own to reach.
  if (engine === 'duckdb') return
  it('that is full says so, and goes on (ERR-14)', async () => {
    const ask = async (text: string) =>
      Number(Object.values((await adapter.schema?.query(text))?.[0] ?? {})[0])
    const pages = await ask('PRAGMA page_count')
    await ask(`PRAGMA max_page_count = ${pages + 4}`)
    const full = reading('the disk is full')
    await expect(system['moves'].createMany(moves(20, 4000))).rejects.toMatchObject(full)
    const caught = system.transaction(async (tx) => {
      await tx['accounts'].update('a', { balance: 0 })
      for (const move of moves(20, 4000)) await tx['moves'].create(move).catch(() => undefined)
    })
    await expect(caught).rejects.toMatchObject({ code: 'TX_ABORTED' })
    expect(await balances()).toEqual([100, 100, 100, 100])
    expect(await system['moves'].count()).toBe(0)
    await system['accounts'].update('a', { balance: 3 })
    await ask(`PRAGMA max_page_count = ${pages + 400}`)
    expect(await system['moves'].createMany(moves(20, 4000))).toBe(20)
    expect(await balances()).toEqual([3, 100, 100, 100])
  })
})
