import { expect, test } from 'vitest'
import { compareAnswers } from '../src/measure/compare-answers.ts'
import { spreadOf } from '../src/measure/quantiles.ts'
import { runBench } from '../src/run-bench.ts'
import { SESSION_WORKS } from '../src/work/session-works.ts'

const asked = { quick: true, signal: new AbortController().signal, progress: () => undefined }

test('a point read of the driver and of DBAL is compared and timed side by side', async () => {
  const report = await runBench({
    ...asked,
    only: ['sqlite-point-read'],
    peers: ['driver', 'dbal-sqlite', 'dbal-prisma'],
  })
  expect(report.leftOut).toEqual([])
  expect(report.differing).toEqual([])
  expect(report.works.map(({ name }) => name)).toEqual(['sqlite-point-read'])
  const [{ results }] = report.works as [(typeof report.works)[number]]
  expect(results.map(({ peer }) => peer)).toEqual(['driver', 'dbal-sqlite', 'dbal-prisma'])
  for (const { median, p25, p75, samples } of results) {
    expect(samples).toBe(report.rounds.embedded)
    expect(p25).toBeGreaterThan(0)
    expect(median).toBeGreaterThanOrEqual(p25)
    expect(p75).toBeGreaterThanOrEqual(median)
  }
})

test('every work on SQLite and DuckDB has the same answers from DBAL and the driver', async () => {
  const report = await runBench({
    ...asked,
    only: ['sqlite', 'duckdb'],
    peers: ['driver', 'dbal-sqlite', 'dbal-duckdb'],
  })
  expect([...report.differing, ...report.leftOut]).toEqual([])
  expect(report.works.every(({ results }) => results.length === 2)).toBe(true)
}, 120_000)

test('a peer that answers otherwise is not timed', async () => {
  const work = SESSION_WORKS.find(({ name }) => name === 'count')
  if (work === undefined) throw new Error('there is no such work')
  const counting = (n: number) => ({
    name: `counts ${n}`,
    session: { execute: () => undefined, close: () => undefined, count: () => n },
  })
  const failing = { ...counting(3), name: 'fails' }
  failing.session.count = () => {
    throw new Error('no such table')
  }
  const compared = await compareAnswers(work, 'sqlite', [
    counting(1),
    counting(2),
    { ...counting(1), name: 'the same' },
    failing,
  ])
  expect(compared.equal.map(({ name }) => name)).toEqual(['counts 1', 'the same'])
  expect([...compared.differing.keys()]).toEqual(['counts 2'])
  expect([...compared.failing]).toEqual([['fails', 'no such table']])
})

test('names that are no works or peers are refused', async () => {
  await expect(runBench({ ...asked, only: ['sqlite-pint'] })).rejects.toThrow(RangeError)
  await expect(runBench({ ...asked, only: ['sqlite'], peers: ['prism'] })).rejects.toThrow(
    RangeError,
  )
})

test('the spread lies between the figures', () => {
  expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, p25: 1.75, p75: 3.25 })
  expect(spreadOf([7])).toEqual({ median: 7, p25: 7, p75: 7 })
})
