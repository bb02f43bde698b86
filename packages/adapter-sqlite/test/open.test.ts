import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createSchema, recordModel, schemaFingerprint, sqlite } from '@proj/dbal-sql'
import { openSqlite } from '../src/index.ts'
import { ABSENT, onEachLibrary } from './libraries.ts'
import { TRUE, compileModel, ids, insert, library, update } from './library.ts'

const folder = mkdtempSync(join(tmpdir(), 'dbal-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newFile = (): string => join(folder, `${(files += 1)}.db`)
const because = (reason: string) => ({ code: 'DATABASE_ERROR', details: { reason } })

onEachLibrary((open) => {
  test('a file keeps what was stored, by path and by url', async () => {
    const path = newFile()
    const first = await open({ path })
    await first.schema?.apply(createSchema(library, sqlite))
    await insert(first, 'Book', { id: 1, title: 't' })
    await first.close()
    for (const options of [{ url: `file:${path}` }, { url: path }, { url: `file://${path}` }]) {
      const again = await open(options)
      expect(await ids(again, TRUE)).toEqual([1])
      await again.close()
    }
  })

  test('after close a file that was only read answers nothing', async () => {
    const path = newFile()
    const first = await open({ path })
    await first.schema?.apply(createSchema(library, sqlite))
    await first.close()
    const reader = await open({ path })
    expect(await ids(reader, TRUE)).toEqual([])
    await reader.close()
    await expect(ids(reader, TRUE)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  })

  test('two memories are two databases', async () => {
    const [one, other] = [await open({ url: ':memory:' }), await open()]
    await insert(one, 'Book', { id: 1, title: 't' })
    expect(await ids(other, TRUE)).toEqual([])
    await one.close()
    await other.close()
  })

  test('two connections to a file see each other, and a busy one is retryable', async () => {
    const path = newFile()
    const one = await open({ path, busyTimeoutMs: 0 })
    await one.schema?.apply(createSchema(library, sqlite))
    const other = await open({ path, busyTimeoutMs: 0 })
    await one.transaction(async (tx) => {
      await insert(tx, 'Book', { id: 1, title: 't' })
      expect(await ids(other, TRUE)).toEqual([])
      await expect(insert(other, 'Book', { id: 2, title: 't' })).rejects.toMatchObject({
        code: 'SERIALIZATION_CONFLICT',
        retryable: true,
      })
    })
    expect(await ids(other, TRUE)).toEqual([1])
    await one.close()
    await other.close()
  })

  test('what cannot be opened says why, without its path', async () => {
    const text = newFile()
    writeFileSync(text, 'this is no database, and long enough to be read as a page header')
    const missing = join(folder, 'missing', 'x.db')
    await expect(open({ path: missing })).rejects.toMatchObject(
      because('the file cannot be opened'),
    )
    await expect(open({ path: text })).rejects.toMatchObject(
      because('the file is not a SQLite database'),
    )
    const error = await open({ path: missing }).catch(String)
    expect(error).not.toContain(folder)
  })

  test('read only: reads and transactions, no writes', async () => {
    const path = newFile()
    const writer = await open({ path })
    await writer.schema?.apply(createSchema(library, sqlite))
    await insert(writer, 'Book', { id: 1, title: 't' })
    const reader = await open({ path, readonly: true })
    expect(await reader.transaction((tx) => ids(tx, TRUE))).toEqual([1])
    await expect(insert(reader, 'Book', { id: 2, title: 't' })).rejects.toMatchObject(
      because('the database is open for reading only'),
    )
    await reader.close()
    await writer.close()
  })

  test('an empty database, or one of another model, asks for a push', async () => {
    const reason = 'the database is not at this model: run dbal push'
    const path = newFile()
    const store = await open({ path })
    await expect(ids(store, TRUE)).rejects.toMatchObject(because(reason))
    const record = { model: '{}', appliedAt: new Date(0) }
    const other = compileModel('entity: Other\nfields: { id: { type: integer, primary: true } }')
    await store.schema?.apply([
      ...createSchema(library, sqlite),
      ...recordModel(sqlite, { ...record, fingerprint: schemaFingerprint(other, sqlite) }),
    ])
    await expect(ids(store, TRUE)).rejects.toMatchObject(because(reason))
    await store.schema?.apply(
      recordModel(sqlite, { ...record, fingerprint: schemaFingerprint(library, sqlite) }),
    )
    expect(await ids(store, TRUE)).toEqual([])
    await store.close()
  })

  test('a change of tables is all or nothing, and leaves no dangling reference', async () => {
    const store = await open()
    await insert(store, 'Node', { id: 1, parentId: null })
    const statements = ['CREATE TABLE "x" ("id" INTEGER)', 'INSERT INTO "nowhere" VALUES (1)']
    await expect(store.schema?.apply(statements)).rejects.toMatchObject({ code: 'DATABASE_ERROR' })
    expect(await store.schema?.query(`SELECT name FROM sqlite_master WHERE name = 'x'`)).toEqual([])
    await expect(store.schema?.apply(['UPDATE "nodes" SET "parentId" = 7'])).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await expect(update(store, 'Node', TRUE, { parentId: 7 })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    await store.close()
  })

  test('after close every call is refused', async () => {
    const store = await open()
    await store.close()
    await expect(ids(store, TRUE)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(store.transaction(() => Promise.resolve())).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    })
  })
})

test('a url of another kind is refused', async () => {
  for (const url of ['postgresql://localhost/x', 'file:'])
    await expect(openSqlite({ model: library, url })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    })
})

test.each(ABSENT)('%s, which cannot be loaded here, is refused', async (driver) => {
  await expect(openSqlite({ model: library, driver })).rejects.toMatchObject({
    code: 'CAPABILITY_NOT_SUPPORTED',
    details: { capability: 'sqlite', reason: `${driver} cannot be loaded here` },
  })
})
