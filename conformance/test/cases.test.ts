// What can be said of the cases without playing them.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { formatDiagnostics } from '@proj/dbal-schema'
import { expect, test } from 'vitest'
import { loadSuite } from '../src/index.ts'

const suite = await loadSuite()
const pages = fileURLToPath(new URL('../../docs/spec/', import.meta.url))
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
