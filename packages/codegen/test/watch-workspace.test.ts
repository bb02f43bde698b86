import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { watchWorkspace } from '@proj/dbal-codegen'
import { expect, test } from 'vitest'
import { withFiles } from './compile-typescript.ts'

interface Watched {
  readonly folder: string
  /** Resolves with the number of the next call. */
  next(): Promise<number>
  /** One change: the file is there at once, with all its text. */
  put(path: string, text: string): Promise<void>
}

/** Runs `work` beside a watcher that sees everything. */
function watching(work: (watched: Watched) => Promise<void>): Promise<void> {
  return withFiles([{ path: 'dbal/entities/user.yaml', text: '' }], async (parent) => {
    const folder = join(parent, 'dbal')
    const stop = new AbortController()
    let calls = 0
    let told: (count: number) => void = () => undefined
    let ready: () => void = () => undefined
    const begun = new Promise<void>((resolve) => (ready = resolve))
    const done = watchWorkspace(folder, () => told(++calls), {
      signal: stop.signal,
      debounceMs: 5,
      onReady: ready,
    })
    await begun
    try {
      await work({
        folder,
        next: () => new Promise((resolve) => (told = resolve)),
        async put(path, text) {
          await writeFile(join(parent, 'draft'), text)
          await rename(join(parent, 'draft'), join(folder, path))
        },
      })
    } finally {
      stop.abort()
      await done
    }
  })
}

test('tells a change, an addition in a folder that was not there, and a removal', () =>
  watching(async ({ folder, next, put }) => {
    let noticed = next()
    await put('entities/user.yaml', 'entity: User')
    expect(await noticed).toBe(1)
    noticed = next()
    await mkdir(join(folder, 'operations/deep'), { recursive: true })
    await put('operations/deep/user.ops.yaml', 'operations: {}')
    expect(await noticed).toBe(2)
    noticed = next()
    await put('operations/deep/user.ops.yaml', 'operations: { a: {} }')
    expect(await noticed).toBe(3)
    noticed = next()
    await rm(join(folder, 'operations'), { recursive: true })
    expect(await noticed).toBe(4)
  }))

test('is quiet about files that are no part of the contract', () =>
  watching(async ({ next, put }) => {
    const noticed = next()
    await put('notes.txt', 'text')
    await put('entities/other.yml', 'entity: Other')
    expect(await noticed).toBe(1)
  }))

test('resolves at once for a signal that is aborted, and rejects for a missing folder', async () => {
  const signal = AbortSignal.abort()
  await withFiles([], (folder) => watchWorkspace(folder, () => undefined, { signal }))
  const unending = new AbortController()
  const missing = watchWorkspace('/nowhere/at/all', () => undefined, { signal: unending.signal })
  await expect(missing).rejects.toThrow('ENOENT')
})

test('rejects with what the callback throws', () =>
  withFiles([{ path: 'a.yaml', text: '' }], async (folder) => {
    const { signal } = new AbortController()
    const fail = (): Promise<void> => Promise.reject(new Error('broken'))
    const onReady = (): void => void writeFile(join(folder, 'b.yaml'), 'entity: User')
    const watched = watchWorkspace(folder, fail, { signal, debounceMs: 1, onReady })
    await expect(watched).rejects.toThrow('broken')
  }))
