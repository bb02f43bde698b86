// What can be said of the cases without playing them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatDiagnostics } from '@proj/dbal-schema'
import { expect, test } from 'vitest'
import { loadSuite } from '../src/index.ts'

const suite = await loadSuite()
const root = fileURLToPath(new URL('../../', import.meta.url))
const pages = join(root, 'docs/spec/')
const sentences = readdirSync(pages).flatMap((page) =>
  [...readFileSync(`${pages}${page}`, 'utf8').matchAll(/\*\*([A-Z]+-\d+)\*\*/g)].map(
    ([, id]) => id,
  ),
)

test('all can be read', () => {
  expect(formatDiagnostics(suite.diagnostics, suite.files, { format: 'pretty' })).toBe('')
  expect(suite.vectors.length).toBeGreaterThan(400)
})

test('each has a name of its own', () => {
  const names = suite.vectors.map(({ name }) => name)
  expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([])
})

test('each cites a sentence of the specification, and none that is not there', () => {
  const known = new Set(sentences)
  const silent = suite.vectors.filter(({ spec }) => spec.length === 0).map(({ name }) => name)
  expect(silent).toEqual([])
  const cited = new Set(suite.vectors.flatMap(({ spec }) => spec))
  expect([...cited].filter((id) => !known.has(id))).toEqual([])
})

test('each difference of the engines is pinned by cases or tests that are there', () => {
  const tables = ['engines.md', 'engines-writes.md'].map((page) =>
    readFileSync(join(root, 'docs/reference', page), 'utf8'),
  )
  const rows = tables.flatMap((table) => table.split('\n').filter((line) => /^\| X\d+ /.test(line)))
  const numbers = new Set(rows.map((row) => Number(/\d+/.exec(row)?.[0])))
  expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 70 }, (_, n) => n + 1))
  const known = new Set(sentences)
  for (const row of rows) {
    // Difference, four engines, DBAL, and what pins it.
    const cells = row.split(' | ')
    expect(cells).toHaveLength(8)
    const [cited = '', pins = ''] = cells[7]?.split(' · ') ?? []
    const ids = cited.match(/[A-Z]+-\d+/g) ?? []
    expect(ids.filter((id) => !known.has(id))).toEqual([])
    const paths = [...pins.matchAll(/`([^`]+)`/g)].map(([, path = '']) =>
      path.startsWith('conformance/') ? path : `conformance/cases/${path}.yaml`,
    )
    expect([ids.length, paths.length], row).not.toContain(0)
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  }
})
