import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbal, folderWith, REFERENCE, write } from './run-dbal.ts'

const NOTE = 'entity: Note\nfields:\n  id: { type: uuid, primary: true, generated: true }\n'
const TITLE = '  title: { type: string }\n'

test.concurrent('shows the steps, takes them, and has nothing left to do', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE + TITLE })
  const url = ['--url', 'file:dev.db']
  const planned = await dbal(['push', '--dry-run', ...url], { cwd })
  expect(planned).toMatchObject({ code: 0, stderr: '' })
  expect(planned.stdout).toContain('create table notes')
  expect(existsSync(join(cwd, 'dev.db'))).toBe(false)
  const pushed = await dbal(['push', ...url], { cwd })
  expect(pushed.stdout).toBe(planned.stdout)
  expect(pushed.stderr).toBe('the database is at the contract (3 steps)\n')
  const [again, json] = await Promise.all([
    dbal(['push', ...url], { cwd }),
    dbal(['push', '--json', ...url], { cwd }),
  ])
  const done = 'the database is at the contract: nothing to do\n'
  expect(again).toEqual({ code: 0, stdout: done, stderr: '' })
  expect(json).toMatchObject({ code: 0, stdout: '{\n  "steps": [],\n  "applied": true\n}\n' })
})

test.concurrent('asks before data is lost, and where nobody answers it is not', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE + TITLE })
  const url = ['--url', 'file:dev.db']
  await dbal(['push', ...url], { cwd })
  const call = (...args: string[]) => dbal(['call', ...args, '--as', 'system', ...url], { cwd })
  await call('Note.create', '{"title": "kept"}')
  write(join(cwd, 'dbal/entities/note.yaml'), NOTE)
  const refused = await dbal(['push', ...url], { cwd })
  expect(refused.code).toBe(1)
  expect(refused.stdout).toContain('! drop column notes.title')
  expect(refused.stdout).toContain('(loses data)')
  expect(refused.stderr).toContain('nothing was changed: some steps lose data; --accept-data-loss')
  const json = await dbal(['push', '--json', ...url], { cwd })
  expect(json.code).toBe(1)
  expect(JSON.parse(json.stdout)).toMatchObject({ applied: false })
  const accepted = await dbal(['push', '--accept-data-loss', ...url], { cwd })
  expect(accepted.code).toBe(0)
  const left = await call('Note.list')
  expect(JSON.parse(left.stdout)).toMatchObject({ data: [{ id: expect.any(String) as string }] })
  expect(left.stdout).not.toContain('kept')
})

test.concurrent('through Prisma, and a call goes there', async () => {
  const cwd = folderWith()
  const database = ['--workspace', REFERENCE, '--adapter', 'prisma', '--url', 'file:p.db']
  expect((await dbal(['push', ...database], { cwd })).code).toBe(0)
  const count = await dbal(['call', 'users.count', '--as', 'system', ...database], { cwd })
  expect(count).toMatchObject({ code: 0, stdout: '0\n' })
})

test.concurrent('a server that is not there, and no word of the password', async () => {
  const url = 'postgresql://nobody:s3cret@127.0.0.1:1/x'
  const database = ['--workspace', REFERENCE, '--url', url]
  const [push, call] = await Promise.all([
    dbal(['push', ...database]),
    dbal(['call', 'User.count', ...database]),
  ])
  expect(push).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error DATABASE_ERROR: The database could not answer: the database cannot be reached\n',
  })
  expect(call.code).toBe(1)
  expect(JSON.parse(call.stdout)).toMatchObject({ code: 'DATABASE_ERROR', httpStatus: 503 })
  expect(call.stdout + call.stderr).not.toContain('s3cret')
})

test.concurrent('databases that cannot be', async () => {
  const cwd = folderWith({ 'text.txt': 'no database' })
  const push = (...flags: string[]) => dbal(['push', '--workspace', REFERENCE, ...flags], { cwd })
  const [none, memory, nowhere, scheme, raw, text] = await Promise.all([
    push(),
    push('--adapter', 'memory'),
    push('--url', 'file:/nowhere/at/all.db'),
    push('--url', 'oracle://ada:s3cret@host/x'),
    push('--url', 'postgresql://ada:s3@cr:et/1@host/x'),
    push('--url', 'file:text.txt'),
  ])
  expect(none).toMatchObject({ code: 2, stdout: '' })
  expect(none.stderr).toBe(
    'error: which database? give --url, or database.url in dbal.config.yaml\n',
  )
  expect(memory.code).toBe(2)
  expect(nowhere.code).toBe(1)
  expect(nowhere.stderr).toContain('DATABASE_ERROR')
  expect(scheme.code).toBe(2)
  expect(scheme.stderr).toBe(
    'error: no adapter is for oracle: a url begins with file:, duckdb:, postgresql: or mysql:\n',
  )
  expect(raw.code).toBe(2)
  expect(raw.stderr).toContain('the url of the database is malformed')
  expect(raw.stderr).not.toMatch(/s3|cr:et/)
  expect(text.code).toBe(1)
  for (const { stderr } of [none, memory, nowhere, scheme, raw, text])
    expect(stderr).not.toContain('    at ')
})

test.concurrent('Ctrl-C leaves the database as it was, or as it should be', async () => {
  const many = Array.from(
    { length: 60 },
    (_, i) => `entity: Part${i}\nfields:\n  id: { type: uuid, primary: true, generated: true }\n`,
  )
  const cwd = folderWith({ 'dbal/entities/parts.yaml': many.join('---\n') })
  const url = ['--url', 'file:dev.db']
  const stopped = await dbal(['push', ...url], {
    cwd,
    onOutput: (text, kill) => {
      if (text.includes('create table')) kill('SIGINT')
    },
  })
  const again = await dbal(['push', '--json', ...url], { cwd })
  const { steps } = JSON.parse(again.stdout) as { readonly steps: readonly unknown[] }
  expect([stopped.code, steps.length]).toEqual(stopped.code === 0 ? [0, 0] : [130, 60])
  expect(stopped.stderr).not.toContain('    at ')
})
