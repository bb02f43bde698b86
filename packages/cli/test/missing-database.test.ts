// Only push makes a database; what works on one says that it is missing, and leaves nothing behind.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbal, folderWith } from './run-dbal.ts'

const NOTE = `entity: Note
fields:
  id: { type: uuid, primary: true, generated: true }
  title: { type: string }
`

test.concurrent.each([
  ['SQLite', ['--url', 'file:no such.db']],
  ['a path', ['--url', 'no such.db']],
  ['SQLite through Prisma', ['--adapter', 'prisma', '--url', 'file:no such.db']],
  ['DuckDB', ['--url', 'duckdb:no such.db']],
])('call and seed of %s', async (_engine, database) => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE })
  for (const command of [['call', 'Note.list', '--as', 'system'], ['seed']]) {
    const run = await dbal([...command, ...database], { cwd })
    expect(run).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: there is no database at no such.db: dbal push makes it\n',
    })
  }
  expect(readdirSync(cwd)).toEqual(['dbal'])
})

test.concurrent('memory is always there', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE })
  for (const database of [
    ['--adapter', 'memory'],
    ['--url', ':memory:'],
  ]) {
    const run = await dbal(['call', 'Note.count', '--as', 'system', ...database], { cwd })
    expect(run).toEqual({ code: 0, stdout: '0\n', stderr: '' })
  }
})

test.concurrent(
  'a push that plans nothing, or is stopped before it begins, makes none',
  async () => {
    const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE })
    for (const url of ['file:dev.db', 'duckdb:dev.duckdb'])
      expect((await dbal(['push', '--dry-run', '--url', url], { cwd })).code).toBe(0)
    expect(readdirSync(cwd)).toEqual(['dbal'])
    await dbal(['push', '--url', 'file:dev.db'], { cwd })
    expect(existsSync(join(cwd, 'dev.db'))).toBe(true)
  },
)
