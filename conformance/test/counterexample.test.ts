// What a random program finds on a store that is wrong becomes a case, which the suite finds to fail on that
// store and to hold in memory.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openMemory } from '@proj/dbal-adapter-memory'
import type { Adapter, Store } from '@proj/dbal-contract'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadSuite, runRandom, runSuite, writeCase, type Target } from '../src/index.ts'
import { memory } from '../src/targets/embedded.ts'

/** Counts one more than there are. */
const miscounting: Target = {
  name: 'miscounting',
  open: (model) => Promise.resolve(wrong(openMemory({ model }))),
}

function wrong(adapter: Adapter): Adapter {
  const around = (store: Store): Store => ({
    run: async (query, params, options) => {
      const result = await store.run(query, params, options)
      return query.kind === 'delete' ? { ...result, count: result.count + 1 } : result
    },
    transaction: (work, options) => store.transaction((inner) => work(around(inner)), options),
  })
  return {
    ...around(adapter),
    name: adapter.name,
    capabilities: adapter.capabilities,
    close: () => adapter.close(),
  }
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbal-counterexample-'))
})
afterAll(() => rm(folder, { recursive: true }))

it('is found, written and played again', async () => {
  const { findings, played } = await runRandom({ targets: [miscounting], seed: 1, worlds: 1 })
  expect(played[0]?.programs).toBeLessThan(100)
  const found = findings.find(({ kind }) => kind === 'difference')
  if (found?.kind !== 'difference') throw new Error('the wrong store was not found out')
  const { cases, name } = await writeCase(found, folder)
  const suite = await loadSuite({ cases })
  expect(suite.diagnostics).toEqual([])
  const results = await runSuite({ suite, targets: [memory, miscounting], filter: name })
  expect(results.map(({ target, outcome }) => [target, outcome.result])).toEqual([
    ['memory', 'pass'],
    ['miscounting', 'fail'],
  ])
})

it('says which seed draws it, and the same seed draws it again', async () => {
  const play = () => runRandom({ targets: [miscounting], seed: 2, worlds: 1 })
  const [first, second] = [await play(), await play()]
  expect(first.findings).toEqual(second.findings)
  expect(first.findings).not.toEqual([])
  expect(first.findings[0]).toMatchObject({ target: 'miscounting', seed: 2 })
})

it('ends when it is told to, with what it has', async () => {
  const stop = new AbortController()
  const report = await runRandom({
    targets: [memory],
    seed: 1,
    budget: 3_600_000,
    signal: stop.signal,
    onProgress: () => stop.abort(),
  })
  expect(report).toMatchObject({
    interrupted: true,
    rounds: 0,
    findings: [],
    played: [{ worlds: 1 }],
  })
})
