import { expect, test } from 'vitest'
import { dbal, folderWith } from './run-dbal.ts'

const NOTE = `entity: Note
fields:
  id: { type: uuid, primary: true, generated: true }
  title: { type: string, required: true }
`

test.concurrent('breaking changes fail, others do not', async () => {
  const cwd = folderWith({
    'a/entities/note.yaml': NOTE,
    'more/entities/note.yaml': `${NOTE}  body: { type: text }\n`,
    'broken/entities/note.yaml': `${NOTE}  body: { typ: text }\n`,
  })
  const diff = (...args: string[]) => dbal(['diff', ...args], { cwd })
  const [same, added, removed, json, broken, one] = await Promise.all([
    diff('a', 'a'),
    diff('a', 'more'),
    diff('more', 'a'),
    diff('--json', 'more', 'a'),
    diff('a', 'broken'),
    diff('a'),
  ])
  expect(same).toEqual({ code: 0, stdout: 'no changes\n', stderr: '' })
  expect(added.code).toBe(0)
  expect(added.stdout).toMatch(/^safe {6}.*body/m)
  expect(added.stdout.trimEnd().split('\n').at(-1)).toBe('1 safe')
  expect(removed.code).toBe(1)
  expect(removed.stdout).toMatch(/^breaking {2}.*body/)
  expect(json.code).toBe(1)
  expect(JSON.parse(json.stdout)).toMatchObject({
    breaking: expect.any(Number) as number,
    changes: expect.arrayContaining([expect.objectContaining({ field: 'body' })]) as unknown[],
  })
  expect(broken).toMatchObject({ code: 1, stdout: '' })
  expect(broken.stderr).toContain('broken/entities/note.yaml:5:11 error unknown-key')
  expect(one.code).toBe(2)
  expect(one.stderr).toContain("missing required argument 'after'")
})
