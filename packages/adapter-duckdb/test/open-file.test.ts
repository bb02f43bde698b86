import type { Adapter } from '@proj/dbal-contract'
import { compileWorkspace } from '@proj/dbal-schema'
import {
  createSchema,
  dialectFor,
  MODEL_TABLE,
  recordModel,
  schemaFingerprint,
} from '@proj/dbal-sql'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insert, select, valuesOf } from '../../adapter-prisma/test/queries.ts'
import { customers, shop } from '../../adapter-prisma/test/shop.ts'
import { openDuckdb } from '../src/index.ts'

const names = select('Customer', ['name'])

/** Another process opens the file: `opened`, or what DuckDB says. */
async function openElsewhere(file: string): Promise<string> {
  const script = `
    import('@duckdb/node-api')
      .then(({ DuckDBInstance }) => DuckDBInstance.create(${JSON.stringify(file)}))
      .then(() => console.log('opened'), (error) => console.log(error.message))`
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script])
  return stdout.trim()
}

describe('a DuckDB file', () => {
  let folder: string
  const at = (name: string) => join(folder, name)

  async function openShop(url: string): Promise<Adapter> {
    const adapter = await openDuckdb({ model: shop, url })
    await adapter.schema?.apply(createSchema(shop, dialectFor('duckdb')))
    return adapter
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dbal-duckdb-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('keeps its rows, is locked while open and free after it is closed', async () => {
    const file = at('kept.duckdb')
    const first = await openShop(`duckdb:${file}`)
    await insert(first, 'Customer', customers)
    expect(await valuesOf(first, names)).toHaveLength(5)
    expect(await openElsewhere(file)).toMatch(/lock/)
    await first.close()
    await first.close()
    expect(await openElsewhere(file)).toBe('opened')

    const second = await openDuckdb({ model: shop, path: file })
    expect(await valuesOf(second, names)).toHaveLength(5)
    await second.close()
    await expect(second.run(names, [])).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('is one database for all adapters of the process', async () => {
    await symlink(folder, at('alias'))
    const first = await openShop(at('shared.duckdb'))
    const second = await openDuckdb({ model: shop, url: at('alias/shared.duckdb') })
    await insert(first, 'Customer', customers)
    expect(await valuesOf(second, names)).toHaveLength(5)
    await expect(
      openDuckdb({ model: shop, url: at('shared.duckdb'), threads: 1 }),
    ).rejects.toMatchObject({ code: 'DATABASE_ERROR', details: { reason: /other settings/ } })
    await first.close()
    expect(await valuesOf(second, names)).toHaveLength(5)
    const closing = second.close()
    const third = await openDuckdb({ model: shop, url: at('shared.duckdb'), threads: 1 })
    await closing
    expect(await valuesOf(third, names)).toHaveLength(5)
    await third.close()
  })

  it('takes turns with the transaction of another adapter', async () => {
    const first = await openShop(at('turns.duckdb'))
    const second = await openDuckdb({ model: shop, url: at('turns.duckdb') })
    const order: string[] = []
    let other: Promise<unknown> = Promise.resolve()
    await first.transaction(async (tx) => {
      other = insert(second, 'Customer', customers.slice(0, 1)).then(() => order.push('second'))
      await insert(tx, 'Customer', customers.slice(1, 2))
      order.push('first')
    })
    await other
    expect(order).toEqual(['first', 'second'])
    await Promise.all([first.close(), second.close()])
  })

  it('answers DATABASE_ERROR for what it cannot open, and says why without the path', async () => {
    await writeFile(at('text.duckdb'), 'not a database, but long enough to be mistaken for one')
    const cases = [
      [at('text.duckdb'), /not a DuckDB database/],
      [at('missing/x.duckdb'), /cannot be opened/],
      [folder, /cannot be opened/],
    ] as const
    for (const [url, reason] of cases) {
      const error = await openDuckdb({ model: shop, url }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'DATABASE_ERROR', details: { reason } })
      expect(JSON.stringify(error)).not.toContain(folder)
    }
    await expect(
      openDuckdb({ model: shop, url: at('missing.duckdb'), readOnly: true }),
    ).rejects.toMatchObject({ code: 'DATABASE_ERROR' })
  })

  it('refuses the url of something else', async () => {
    for (const url of ['postgresql://localhost/x', 'md:cloud', 'https://example.com/x', '']) {
      await expect(openDuckdb({ model: shop, url })).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
      })
    }
  })

  it('reads only where it is told to', async () => {
    const file = at('read.duckdb')
    const writer = await openShop(file)
    await insert(writer, 'Customer', customers)
    await writer.close()
    const reader = await openDuckdb({ model: shop, url: file, readOnly: true })
    expect(await valuesOf(reader, names)).toHaveLength(5)
    await expect(
      insert(reader, 'Order', [{ id: 1, customerId: 'c1', region: 'x', number: 1 }]),
    ).rejects.toMatchObject({ code: 'DATABASE_ERROR', details: { reason: /reading only/ } })
    await reader.close()
  })

  it('is refused while its tables are not those of the model', async () => {
    const empty = await openDuckdb({ model: shop, url: at('empty.duckdb') })
    const answer = { code: 'DATABASE_ERROR', details: { reason: /dbal push/ } }
    await expect(empty.run(names, [])).rejects.toMatchObject(answer)
    await empty.close()

    const text = 'entity: Customer\nfields:\n  id: { type: uuid, primary: true }\n'
    const { model: other } = compileWorkspace([{ path: 'entities/other.yaml', text }])
    if (other === undefined) throw new Error('no model')
    const dialect = dialectFor('duckdb')
    const old = await openShop(at('old.duckdb'))
    const fingerprint = schemaFingerprint(other, dialect)
    const record = { fingerprint, model: '{}', appliedAt: new Date(0) }
    await old.schema?.apply(recordModel(dialect, record))
    expect(await old.schema?.query(`SELECT fingerprint FROM ${MODEL_TABLE}`)).toEqual([
      { fingerprint },
    ])
    await old.close()
    const reopened = await openDuckdb({ model: shop, url: at('old.duckdb') })
    await expect(reopened.run(names, [])).rejects.toMatchObject(answer)
    await reopened.close()
  })

  it('says when it runs out of memory, and goes on', async () => {
    const adapter = await openDuckdb({ model: shop, memoryLimit: '16MB', threads: 1 })
    const greedy = "SELECT length(string_agg(repeat('x', 100), '')) FROM range(1000000)"
    await expect(adapter.schema?.query(greedy)).rejects.toMatchObject({
      code: 'DATABASE_ERROR',
      details: { reason: /out of memory/ },
    })
    await insert(adapter, 'Customer', customers)
    expect(await valuesOf(adapter, names)).toHaveLength(5)
    await adapter.close()
  })

  it('neither reads other files nor loads extensions', async () => {
    const adapter = await openDuckdb({ model: shop })
    for (const text of [
      `SELECT * FROM read_csv('${at('text.duckdb')}')`,
      'INSTALL httpfs',
      'LOAD spatial',
      'SET enable_external_access = true',
    ]) {
      await expect(adapter.schema?.query(text)).rejects.toMatchObject({ code: 'DATABASE_ERROR' })
    }
    const settings = await adapter.schema?.query(
      "SELECT name, value FROM duckdb_settings() WHERE name LIKE 'auto%_known_extensions' ORDER BY name",
    )
    expect(settings).toEqual([
      { name: 'autoinstall_known_extensions', value: 'false' },
      { name: 'autoload_known_extensions', value: 'false' },
    ])
    await adapter.close()
  })
})
