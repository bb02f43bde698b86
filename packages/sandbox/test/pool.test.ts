import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { openSandbox } from '../src/index.ts'

const LOOP = { language: 'lua', code: 'while true do end' } as const
const ONE = { language: 'lua', code: 'return 1' } as const

it('runs no more than its threads at a time, and lets no more wait than it says', async () => {
  const sandbox = openSandbox({ workers: 1, waiting: 1 })
  const first = sandbox.run(LOOP, { timeMs: 200 })
  const second = sandbox.run(ONE)
  await expect(sandbox.run(ONE)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await expect(first).rejects.toMatchObject({ code: 'SANDBOX_VIOLATION' })
  // The thread of the first is gone; the one that waited has another.
  expect(await second).toBe(1)
  await sandbox.close()
})

it('ends a script when its caller gives up, while it waits and while it runs', async () => {
  const sandbox = openSandbox({ workers: 1 })
  const running = new AbortController()
  const waiting = new AbortController()
  const first = sandbox.run(LOOP, { timeMs: 60_000, signal: running.signal })
  const second = sandbox.run(ONE, { signal: waiting.signal })
  waiting.abort()
  await expect(second).rejects.toMatchObject({ name: 'AbortError' })
  running.abort()
  await expect(first).rejects.toMatchObject({ name: 'AbortError' })
  expect(await sandbox.run(ONE)).toBe(1)
  await expect(sandbox.run(ONE, { signal: running.signal })).rejects.toMatchObject({
    name: 'AbortError',
  })
  await sandbox.close()
})

it('ends what runs and what waits when it is closed', async () => {
  const sandbox = openSandbox({ workers: 1 })
  const runs = [sandbox.run(LOOP, { timeMs: 60_000 }), sandbox.run(ONE)]
  const settled = Promise.allSettled(runs)
  await sandbox.close()
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(sandbox.run(ONE)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await sandbox.close()
})

it('gives a run its own time and no share of another', async () => {
  const sandbox = openSandbox({ workers: 2 })
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => sandbox.run({ ...ONE, code: 'return args', args: i })),
  )
  expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => i))
  await sandbox.close()
})

it('keeps no process alive once its scripts are done', async () => {
  const entry = JSON.stringify(new URL('../dist/index.js', import.meta.url).href)
  const program = `
    const { openSandbox } = await import(${entry})
    const sandbox = openSandbox()
    console.log(await sandbox.run({ language: 'lua', code: 'return 1' }))`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program],
    { timeout: 20_000 },
  )
  expect(stdout.trim()).toBe('1')
})
