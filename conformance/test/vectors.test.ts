// Every case on every engine that is there. Servers are those of the environment.
import { formatDiagnostics } from '@proj/dbal-schema'
import { afterAll, describe, expect, it } from 'vitest'
import { describeAdapter, loadSuite } from '../src/index.ts'
import { embeddedTargets, serverTargets } from '../src/targets/index.ts'

const suite = await loadSuite()
const { found, missing } = serverTargets(process.env)

it('reads every case', () => {
  expect(formatDiagnostics(suite.diagnostics, suite.files, { format: 'pretty' })).toBe('')
  expect(suite.vectors.length).toBeGreaterThan(0)
})

it('tells cases apart by name', () => {
  const names = suite.vectors.map(({ name }) => name)
  expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([])
})

it('says which servers it does not see', () => {
  for (const { target, variable } of missing)
    process.stdout.write(`${variable} is not set: no case was played on ${target}\n`)
})

for (const target of [...embeddedTargets, ...found])
  await describeAdapter(target, { suite, runner: { describe, it, afterAll } })
