import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import { compileWorkspace } from '@proj/dbal-schema'
import { expect, test } from 'vitest'
import { dbal, folderWith } from './run-dbal.ts'

const NOTE =
  'entity: Note\nfields:\n  id: { type: uuid, primary: true, generated: true }\n  title: { type: string }\n'
const CONFIG = 'database: { url: "file:dev.db" }\nsecurity: { audit_log: true }\n'

test.concurrent('writes are entered, sealed, and checked; an edit is named', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE, 'dbal.config.yaml': CONFIG })
  const early = await dbal(['call', 'Note.create', '{"title": "a"}', '--as', 'system'], { cwd })
  expect(early).toMatchObject({ code: 2, stdout: '' })
  expect(early.stderr).toContain('dbal push')
  const nothing = await dbal(['audit', 'verify'], { cwd })
  expect(nothing).toMatchObject({ code: 2, stdout: '' })
  expect(nothing.stderr).toContain('there is no database at dev.db')
  expect(existsSync(join(cwd, 'dev.db'))).toBe(false)
  await dbal(['push'], { cwd })
  for (const title of ['a', 'b', 'c'])
    await dbal(['call', 'Note.create', `{"title": "${title}"}`, '--as', 'system'], { cwd })
  const verified = await dbal(['audit', 'verify'], { cwd })
  expect(verified).toMatchObject({ code: 0, stderr: '' })
  expect(verified.stdout).toContain('3 sealed, 0 not yet sealed, no fault\nhead 3:')
  const head = /head (\S+)/.exec(verified.stdout)?.[1] ?? ''
  await run(cwd, "UPDATE _dbal_audit SET operation = 'list' WHERE seq = 2")
  const tampered = await dbal(['audit', 'verify', '--expect', head, '--json'], { cwd })
  expect(tampered.code).toBe(1)
  expect(JSON.parse(tampered.stdout)).toMatchObject({
    sealed: 3,
    faults: [{ kind: 'edited', seq: 2 }],
  })
  await run(cwd, 'DELETE FROM _dbal_audit WHERE seq = 3')
  const strange = await dbal(['audit', 'verify'], {
    cwd,
    env: { DBAL_AUDIT_KEY: 'not the key of these' },
  })
  expect(strange).toMatchObject({ code: 1 })
  expect(strange.stderr).toContain('is DBAL_AUDIT_KEY the key')
  const cut = await dbal(['audit', 'verify', '--expect', head], { cwd })
  expect(cut.code).toBe(1)
  expect(cut.stdout).toContain('the noted entry 3 is not there')
  expect((await dbal(['audit', 'seal'], { cwd })).stdout).toBe('0 entries sealed\n')
  await run(cwd, 'UPDATE _dbal_audit SET seq = NULL, previous = NULL, hash = NULL')
  const waiting = await dbal(['audit', 'verify'], { cwd })
  expect(waiting).toMatchObject({ code: 0 })
  expect(waiting.stdout).toMatch(/^0 sealed, 2 not yet sealed, no fault\nthe first .* since 20/)
  const late = await dbal(['audit', 'verify', '--sealed-within', '0'], { cwd })
  expect(late).toMatchObject({ code: 1, stdout: waiting.stdout })
})

/** What somebody does who has the database. */
async function run(cwd: string, statement: string): Promise<void> {
  const { model } = compileWorkspace([{ path: 'entities/note.yaml', text: NOTE }])
  if (model === undefined) throw new Error('no model')
  const adapter = await openSqlite({ model, url: join(cwd, 'dev.db') })
  await adapter.schema?.apply([statement])
  await adapter.close()
}

test.concurrent('into a file beside the config', async () => {
  const cwd = folderWith({
    'dbal/entities/note.yaml': NOTE,
    'dbal.config.yaml':
      'database: { url: "memory:" }\nsecurity: { audit_log: true, audit_sink: audit.jsonl }\n',
  })
  await dbal(['call', 'Note.create', '{"title": "a secret"}', '--as', 'system'], { cwd })
  await dbal(['call', 'Note.create', '{"title": "a secret"}'], { cwd })
  const lines = readFileSync(join(cwd, 'audit.jsonl'), 'utf8').trim().split('\n')
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    {
      role: 'system',
      entity: 'Note',
      operation: 'create',
      success: true,
      changedFields: ['title'],
    },
    { role: 'public', success: false, code: 'UNAUTHORIZED' },
  ])
  expect(lines.join()).not.toContain('a secret')
})

test.concurrent('wrong usage', async () => {
  const cwd = folderWith({ 'dbal/entities/note.yaml': NOTE })
  expect((await dbal(['audit', 'verify', '--url', 'memory:'], { cwd })).code).toBe(2)
  expect(
    (await dbal(['audit', 'verify', '--url', 'file:x.db', '--expect', '7'], { cwd })).code,
  ).toBe(2)
  const help = await dbal(['audit', 'verify', '--help'], { cwd })
  expect(help).toMatchObject({ code: 0 })
  expect(help.stdout).toContain('Examples:')
})
