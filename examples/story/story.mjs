// npm start: the contract checked, code generated, two databases made, one story played on both.
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DBALClient, isDBALError } from '@proj/dbal'
import { chapters } from './chapters.mjs'
import { printStory } from './print-story.mjs'

const require = createRequire(import.meta.url)
const here = dirname(fileURLToPath(import.meta.url))
const workspace = join(dirname(require.resolve('@proj/dbal-schema/package.json')), 'reference')
const dbal = join(dirname(require.resolve('@proj/dbal-cli/package.json')), 'bin', 'dbal.js')
const output = join(here, '.tmp')

const engines = [
  { name: 'SQLite', adapter: 'sqlite', url: `file:${join(output, 'story.db')}` },
  { name: 'DuckDB', adapter: 'duckdb', url: `duckdb:${join(output, 'story.duckdb')}` },
]

rmSync(output, { recursive: true, force: true })
mkdirSync(output, { recursive: true })

console.log('The contract')
run('dbal check', ['check', '--workspace', workspace])
run('dbal codegen', ['codegen', '--workspace', workspace, '--out', join(output, 'generated')])
for (const { name, adapter, url } of engines) {
  const target = ['--workspace', workspace, '--adapter', adapter, '--url', url]
  run(`dbal push   (${name})`, ['push', ...target])
  run(`dbal seed   (${name})`, ['seed', '--json', ...target], summariseSeeds)
}

const told = []
for (const engine of engines) told.push(await tell(engine))
process.exitCode = printStory(chapters, told) ? 0 : 1

/** One command, as a person would type it, and what it came to; its whole output only when it fails. */
function run(label, args, summarise = lastLine) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(process.execPath, [dbal, ...args], {
    encoding: 'utf8',
  })
  const summary = lastLine(stderr) || (status === 0 ? summarise(stdout) : lastLine(stdout))
  const took = `${Math.round(performance.now() - started)} ms`
  console.log(`  ${label.padEnd(24)} ${took.padStart(8)}  ${summary}`)
  if (status === 0) return
  console.error(stdout + stderr)
  process.exit(1)
}

function summariseSeeds(json) {
  const { seeds } = JSON.parse(json)
  const created = seeds.reduce((sum, seed) => sum + seed.created, 0)
  return `${created} records of ${seeds.length} entities created`
}

function lastLine(text) {
  return text.trimEnd().split('\n').at(-1) ?? ''
}

/** What a reader sees of each chapter, and how long it took. */
async function tell({ name, adapter, url }) {
  const client = new DBALClient({ workspace, adapter, database: { url } })
  const book = {}
  const answers = []
  try {
    await client.users.exists({ filter: { username: 'nobody' } }).catch(() => undefined)
    for (const { play } of chapters) {
      const started = performance.now()
      const text = await play(client, book).then(print, printError)
      answers.push({ text, ms: performance.now() - started })
    }
  } finally {
    await client.close()
  }
  return { name, answers }
}

function print(answer) {
  return JSON.stringify(answer)
}

function printError(error) {
  if (!isDBALError(error)) throw error
  const { code, details } = error
  const fields = details?.fields?.map(({ field, error: problem }) => `${field} ${problem}`) ?? []
  return [code, details?.reason, ...fields].filter((part) => part !== undefined).join('; ')
}
