import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { loadWorkspace } from '../src/index.ts'

const folder = fileURLToPath(new URL('fixtures/twenty-faults/', import.meta.url))

interface Expected {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly what: string
}

test('one run reports every planted fault at its line and column, and nothing else', async () => {
  const expected = JSON.parse(await readFile(`${folder}expected.json`, 'utf8')) as Expected[]
  const { model, diagnostics } = await loadWorkspace(folder)
  const place = ({ file, line, column }: Omit<Expected, 'what'>): string =>
    `${file}:${line}:${column}`
  expect(diagnostics.map(place).sort()).toEqual(expected.map(place).sort())
  expect(model).toBeUndefined()
})

test('what a fault was meant to be is suggested', async () => {
  const expected = JSON.parse(await readFile(`${folder}expected.json`, 'utf8')) as Expected[]
  const { diagnostics } = await loadWorkspace(folder)
  const meant = expected.flatMap(({ file, line, column, what }) => {
    const word = /meant `([^`]+)`/.exec(what)?.[1]
    return word === undefined ? [] : [{ file, line, column, word }]
  })
  expect(meant.length).toBeGreaterThan(5)
  for (const { file, line, column, word } of meant) {
    const found = diagnostics.find(
      (one) => one.file === file && one.line === line && one.column === column,
    )
    expect(found?.hint).toBe(`did you mean \`${word}\`?`)
  }
})
