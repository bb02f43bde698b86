import { expect, test } from 'vitest'
import { dbal, folderWith } from './run-dbal.ts'

const NOTE = `entity: Note
fields:
  id: { type: uuid, primary: true, generated: true }
  title: { type: string, required: true }
`

test.concurrent('a default is told with its value, also where its type changed', async () => {
  const note = (rest: string) => ({ 'entities/note.yaml': `${NOTE}  stars: ${rest}\n` })
  const workspaces = {
    one: note("{ type: string, default: '5' }"),
    two: note('{ type: integer, default: 5 }'),
    none: note('{ type: integer }'),
    secret: note('{ type: integer, default: 7, sensitive: true }'),
  }
  const cwd = folderWith(
    Object.fromEntries(
      Object.entries(workspaces).flatMap(([folder, files]) =>
        Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]),
      ),
    ),
  )
  const diff = async (...args: string[]) => (await dbal(['diff', ...args], { cwd })).stdout
  const [retyped, removed, added, hidden] = await Promise.all([
    diff('one', 'two'),
    diff('two', 'none'),
    diff('none', 'two'),
    diff('two', 'secret'),
  ])
  expect(retyped).toContain(
    'the default of `Note.stars` is `5` of the new type integer, it was `"5"`',
  )
  expect(removed).toContain('`Note.stars` has no default any more, it was `5`')
  expect(added).toContain('`Note.stars` has the default `5`')
  expect(hidden).not.toContain('7')
})

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
