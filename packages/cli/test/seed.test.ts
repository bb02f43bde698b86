import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbal, folderWith, REFERENCE, write, type RunOptions } from './run-dbal.ts'

const CITY = `entity: City
fields:
  id: { type: integer, primary: true }
  name: { type: string, required: true, unique: true }
  people: { type: bigint, default: 0 }
  capitalOf: { type: integer, foreign_key: { entity: Country, name: country } }
`
const COUNTRY = `entity: Country
fields:
  id: { type: integer, primary: true }
  name: { type: string, required: true }
  unionId: { type: integer, foreign_key: { entity: Country, name: union } }
`
const EVENT = `entity: Event
fields:
  id: { type: uuid, primary: true, generated: true }
  what: { type: string, required: true }
  at: { type: datetime }
`
const SEEDS = `entity: City
records:
  - { id: 1, name: Bern, people: 134000, capitalOf: 7 }
---
entity: Country
records:
  - { id: 7, name: Switzerland, unionId: 8 }
  - { id: 8, name: Europe }
metadata: { skipIfExists: true }
---
entity: Event
records:
  - { what: opening }
metadata: { useCurrentTimestamp: true, timestampField: at }
`

const URL = ['--url', 'file:dev.db']

async function project(files: Readonly<Record<string, string>> = {}) {
  const cwd = folderWith({
    'dbal/entities/geo.yaml': [CITY, COUNTRY, EVENT].join('---\n'),
    'dbal/seeds/geo.yaml': SEEDS,
    ...files,
  })
  await dbal(['push', ...URL], { cwd })
  return {
    cwd,
    seed: (options: RunOptions = {}) => dbal(['seed', '--json', ...URL], { cwd, ...options }),
    list: async (entity: string) => {
      const call = await dbal(['call', `${entity}.list`, '--as', 'system', ...URL], { cwd })
      return (JSON.parse(call.stdout) as { readonly data: readonly object[] }).data
    },
  }
}

function counts(stdout: string): unknown {
  const { seeds } = JSON.parse(stdout) as { readonly seeds: readonly Record<string, unknown>[] }
  return seeds.map(({ entity, created, updated, unchanged }) => [
    entity,
    created,
    updated,
    unchanged,
  ])
}

test.concurrent('loads in foreign-key order, twice as well as once', async () => {
  const { cwd, seed, list } = await project()
  const first = await seed()
  expect(counts(first.stdout)).toEqual([
    ['Country', 2, 0, 0],
    ['City', 1, 0, 0],
    ['Event', 1, 0, 0],
  ])
  expect(await list('City')).toEqual([{ id: 1, name: 'Bern', people: '134000', capitalOf: 7 }])
  expect(await list('Event')).toMatchObject([{ what: 'opening', at: expect.any(String) as string }])
  const second = await seed()
  expect(counts(second.stdout)).toEqual([
    ['Country', 0, 0, 2],
    ['City', 0, 0, 1],
    ['Event', 0, 0, 1],
  ])
  // What is there is brought to the seed, or left alone where it says so.
  write(join(cwd, 'dbal/seeds/geo.yaml'), SEEDS.replace('134000', '135000').replace('Europe', 'EU'))
  const third = await seed()
  expect(counts(third.stdout)).toEqual([
    ['Country', 0, 0, 2],
    ['City', 0, 1, 0],
    ['Event', 0, 0, 1],
  ])
  expect(await list('City')).toMatchObject([{ people: '135000' }])
  expect(await list('Country')).toMatchObject([{ name: 'Switzerland' }, { name: 'Europe' }])
})

test.concurrent('a record that does not fit is named, and nothing is loaded', async () => {
  const wrong = SEEDS.replace('capitalOf: 7', 'capitalOf: 9')
  const { seed, list } = await project({ 'dbal/seeds/geo.yaml': wrong })
  const run = await seed()
  expect(run).toMatchObject({ code: 1, stdout: '' })
  expect(run.stderr).toMatch(/^error CONFLICT: .*seeds\/geo\.yaml, record 1 of City/)
  expect(await list('Country')).toEqual([])
})

test.concurrent('the reference domain, as a table', async () => {
  const cwd = folderWith()
  const database = ['--workspace', REFERENCE, '--url', 'duckdb:dev.duckdb']
  await dbal(['push', ...database], { cwd })
  const first = await dbal(['seed', ...database], { cwd })
  expect(first).toMatchObject({ code: 0, stderr: '' })
  expect(first.stdout).toContain('entity            created  updated  unchanged\n')
  expect(first.stdout).toMatch(/^User +3 +0 +0$/m)
  const second = await dbal(['seed', ...database], { cwd })
  expect(second.stdout).toMatch(/^User +0 +0 +3$/m)
})

test.concurrent('no seeds, and no tables', async () => {
  const files = { 'dbal/entities/geo.yaml': EVENT }
  const bare = folderWith(files)
  // An empty file is a SQLite database without tables.
  const [none, untouched] = await Promise.all([
    dbal(['seed', '--adapter', 'memory'], { cwd: bare }),
    dbal(['seed', ...URL], {
      cwd: folderWith({
        ...files,
        'dev.db': '',
        'dbal/seeds/a.yaml': 'entity: Event\nrecords: [{ what: x }]\n',
      }),
    }),
  ])
  expect(none).toEqual({ code: 0, stdout: 'there are no seeds\n', stderr: '' })
  expect(untouched).toMatchObject({ code: 1, stdout: '' })
  expect(untouched.stderr).toContain('run dbal push')
})

test.concurrent('Ctrl-C in the middle leaves nothing half', async () => {
  const records = Array.from({ length: 60 }, (_, i) => `  - { what: e${i} }`).join('\n')
  const { seed, list } = await project({
    'dbal/entities/event.yaml': '',
    'dbal/operations/event.ops.yaml':
      'entity: Event\noperations:\n  create:\n    validation: [{ slow: Never }]\n',
    'dbal/seeds/geo.yaml': `entity: Event\nrecords:\n${records}\n`,
    // The tenth record has the process told to stop, as Ctrl-C does.
    'dbal/handlers.mjs': `let n = 0
export const rules = {
  slow: async () => {
    if (++n === 10) process.kill(process.pid, 'SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 5))
    return true
  },
}
`,
  })
  const run = await seed()
  expect(run).toEqual({ code: 130, stdout: '', stderr: 'stopped\n' })
  expect(await list('Event')).toEqual([])
})
