import { describe, expect, test } from 'vitest'
import { dbal, folderWith, write } from './run-dbal.ts'

const ENTITIES = `
entity: User
fields:
  id: { type: string, primary: true }
  role: { type: enum, values: [user, moderator, admin], default: user }
acl: { read: { public: true } }
---
entity: Note
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, required: true, foreign_key: { entity: User, field: id, name: owner } }
  title: { type: string, optional: true }
  level: { type: integer, default: 0 }
  pin: { type: string, optional: true, sensitive: true }
acl:
  read: { self: true, moderator: true }
  create: { self: true }
  update: { self: true, row_level: "ownerId = $user.id AND level < 3" }
`

const CASES = `
- name: An owner reads his own note, with the pin
  as: { role: user, id: ann }
  given: &stored
    User: [{ id: ann }, { id: bob }]
    Note: [{ id: n1, ownerId: ann, title: mine, pin: "1" }, { id: n2, ownerId: bob, level: 3 }]
  operation: { entity: Note, action: read, input: { id: n1 } }
  expected: allow
  shown: [title, pin]
- name: A stranger does not
  as: { role: user, id: bob }
  given: *stored
  operation: { entity: Note, action: read, input: { id: n1 } }
  expected: deny
- name: A moderator reads it, without the pin
  as: { role: moderator, id: bob }
  given: *stored
  operation: { entity: notes, action: read, input: { id: n1 } }
  expected: allow
  hidden: [pin]
- name: An owner changes a note of a low level
  as: { role: user, id: ann }
  given: *stored
  operation: { entity: Note, action: update, input: { id: n1, title: other } }
  expected: allow
- name: And not one of a high level
  as: { role: user, id: bob }
  given: *stored
  operation: { entity: Note, action: updateMany, input: { filter: { id: n2 }, data: { title: other } } }
  expected: deny
- name: Nobody writes a note for another
  as: { role: user, id: bob }
  given: *stored
  operation: { entity: Note, action: create, input: { id: n3, ownerId: ann } }
  expected: deny
- name: An owner writes a note
  as: { role: user, id: bob }
  given: *stored
  operation: { entity: Note, action: create, input: { id: n3, ownerId: bob } }
  expected: allow
- name: Anybody reads users
  given: *stored
  operation: { entity: User, action: list }
  expected: allow
`

const workspace = (cases = CASES, entities = ENTITIES): string =>
  folderWith({ 'dbal/entities/notes.yaml': entities, 'dbal/policy-cases/notes.yaml': cases })

describe.concurrent('dbal policy test', () => {
  test('plays every case', async () => {
    const run = await dbal(['policy', 'test'], { cwd: workspace() })
    expect(run).toEqual({ code: 0, stdout: '8 of 8 cases pass\n', stderr: '' })
  })

  test('says which case fails, where, and how', async () => {
    const wrong = CASES.replace('expected: deny', 'expected: allow')
      .replace('hidden: [pin]', 'shown: [pin]')
      .replace('{ id: n3, ownerId: bob }', '{ id: n3, ownerid: bob }')
    const run = await dbal(['policy', 'test'], { cwd: workspace(wrong) })
    expect(run.code).toBe(1)
    expect(run.stdout).toMatch(
      /^failed {2}dbal\/policy-cases\/notes.yaml:10 {2}A stranger does not\n {8}is refused: NOT_FOUND$/m,
    )
    expect(run.stdout).toMatch(/A moderator reads it, without the pin\n {8}does not show pin$/m)
    expect(run.stdout).toMatch(/An owner writes a note\n {8}fails: VALIDATION_ERROR.*ownerId/m)
    expect(run.stdout).toMatch(/^5 of 8 cases pass$/m)
  })

  test('looks at every row of an answer, and at names that are there', async () => {
    const list = `
- name: The pin is hidden in lists
  as: { role: user, id: ann }
  given:
    User: [{ id: ann }, { id: bob }]
    Note: [{ id: n0, ownerId: ann, title: a, pin: "1" }]
  operation: { entity: Note, action: list }
  expected: allow
  hidden: [pin]
- name: A field that is not there
  as: { role: moderator, id: bob }
  operation: { entity: Note, action: list }
  expected: deny
- name: A misspelt field
  as: { role: moderator, id: bob }
  given: { User: [{ id: bob }], Note: [{ id: n0, ownerId: bob }] }
  operation: { entity: Note, action: list }
  expected: allow
  hidden: [pinn]
- name: A misspelt role
  as: { role: usr, id: bob }
  operation: { entity: Note, action: list }
  expected: deny
`
    const run = await dbal(['policy', 'test'], { cwd: workspace(list) })
    expect(run.stdout).toContain('shows pin')
    expect(run.stdout).toContain('Note has no field pinn')
    expect(run.stdout).toContain('there is no role usr')
    expect(run.stdout).toMatch(/^1 of 4 cases pass$/m)
  })

  test('refuses what is no case, with its place', async () => {
    const faulty = '- { name: x, operation: { entity: Note }, expect: deny }'
    const run = await dbal(['policy', 'test'], { cwd: workspace(faulty) })
    expect(run).toMatchObject({ code: 1, stdout: '' })
    expect(run.stderr).toContain('dbal/policy-cases/notes.yaml:1:')
    expect(run.stderr).toMatch(/expected/)
  })

  test('says where it looked for cases', async () => {
    const cwd = folderWith({ 'dbal/entities/notes.yaml': ENTITIES })
    const run = await dbal(['policy', 'test'], { cwd })
    expect(run.code).toBe(2)
    expect(run.stderr).toContain('there are no cases in dbal/policy-cases')
  })
})

describe.concurrent('dbal policy coverage', () => {
  test('finds every change of a rule noticed', async () => {
    const run = await dbal(['policy', 'coverage', '--json'], { cwd: workspace() })
    const { rules, score } = JSON.parse(run.stdout) as {
      readonly score: number
      readonly rules: readonly { readonly id: string; readonly survivors: readonly string[] }[]
    }
    expect(run.code).toBe(0)
    expect(rules.filter(({ survivors }) => survivors.length > 0)).toEqual([])
    expect(score).toBe(100)
  })

  test('refuses a bound that is none', async () => {
    const run = await dbal(['policy', 'coverage', '--min', 'most'], { cwd: workspace() })
    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toContain('--min takes a number from 0 to 100')
  })

  test('names rules that no case misses', async () => {
    const few = CASES.slice(0, CASES.indexOf('- name: A moderator'))
    const run = await dbal(['policy', 'coverage', '--min', '60'], { cwd: workspace(few) })
    expect(run.code).toBe(1)
    expect(run.stdout).toMatch(/entities\/notes.yaml:\d+ {2}acl:Note.update/)
    expect(run.stdout).toMatch(/nobody notices it left out/)
    expect(run.stdout).toMatch(/\d+ of \d+ changes noticed \(\d+ %\)/)
  })
})

describe.concurrent('dbal policy diff', () => {
  const diff = (after: string, ...flags: string[]) => {
    const cwd = workspace()
    write(`${cwd}/next/entities/notes.yaml`, after)
    return dbal(['policy', 'diff', 'dbal', 'next', ...flags], { cwd })
  }

  test('finds none between equal rules', async () => {
    expect(await diff(ENTITIES)).toEqual({ code: 0, stdout: 'no difference found\n', stderr: '' })
  })

  test('shows who gains, by a bound that moved', async () => {
    const run = await diff(ENTITIES.replace('level < 3', 'level <= 3'), '--json')
    expect(run.code).toBe(1)
    const { changes } = JSON.parse(run.stdout) as { readonly changes: readonly object[] }
    expect(changes.length).toBeGreaterThan(0)
    for (const change of changes)
      expect(change).toMatchObject({
        change: 'gains',
        entity: 'Note',
        action: 'update',
        // The row as it is, or what it may be made of.
        ...('becoming' in change ? { becoming: { level: 3 } } : { row: { level: 3 } }),
      })
  })

  const tenant = (rest: string) => `
entity: User
fields: { id: { type: string, primary: true }, name: { type: string, optional: true } }
acl: { read: { public: true } }
---
entity: Paper
owner: ownerId
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, required: true }
  tenantId: { type: string, required: true }
  approved: { type: boolean, default: false }
${rest}`
  const fenced = (update: string) =>
    tenant(`acl:
  read: { user: true, row_level: "tenantId = $context.tenantId" }
  create: { self: true, fields: [id, ownerId, tenantId] }
  update: ${update}
  delete: { self: true }
`)
  const narrow = fenced('{ self: true, fields: [approved] }')
  test.each([
    ['a field that may be written', narrow, fenced('{ self: true }'), 'update', 'ownerId'],
    [
      'a field that may be sent',
      narrow,
      narrow.replace(
        'fields: [id, ownerId, tenantId]',
        'fields: [id, ownerId, tenantId, approved]',
      ),
      'create',
      'approved',
    ],
    [
      'a check that is gone',
      fenced('{ operations: [update], check: "approved = before(approved)" }').replace(
        'operations: [update], ',
        'role: [user], ',
      ),
      fenced('{ role: [user] }'),
      'update',
      undefined,
    ],
    [
      'a preset that is gone',
      fenced('{ role: [user], set: { tenantId: "$context.tenantId" } }'),
      fenced('{ role: [user] }'),
      'update',
      'tenantId',
    ],
    [
      'what stands behind a fence of the context',
      narrow,
      narrow.replace(
        'tenantId = $context.tenantId',
        'tenantId = $context.tenantId OR approved = true',
      ),
      'read',
      undefined,
    ],
    [
      'rows of an owner that is plain text',
      narrow.replace('delete: { self: true }', 'delete: { admin: true }'),
      narrow.replace('delete: { self: true }', 'delete: { self: true, admin: true }'),
      'delete',
      undefined,
    ],
  ])('sees %s', async (_, before, after, action, field) => {
    const cwd = folderWith({ 'a/entities/a.yaml': before, 'b/entities/a.yaml': after })
    const { code, stdout, stderr } = await dbal(['policy', 'diff', 'a', 'b', '--json'], { cwd })
    expect(stderr).toBe('')
    expect(code).toBe(1)
    const { changes } = JSON.parse(stdout) as { readonly changes: readonly object[] }
    const gains = {
      change: 'gains',
      entity: 'Paper',
      action,
      ...(field === undefined ? {} : { field }),
    }
    expect(changes).toContainEqual(expect.objectContaining(gains))
    const back = await dbal(['policy', 'diff', 'b', 'a', '--json'], { cwd })
    expect(back.code).toBe(0)
  })

  test('a loss alone is no failure', async () => {
    const run = await diff(ENTITIES.replace('{ self: true, moderator: true }', '{ self: true }'))
    expect(run.code).toBe(0)
    expect(run.stdout).toMatch(/^loses {2}read Note$/m)
    expect(run.stdout).not.toMatch(/^gains/m)
  })

  test('shows a field that becomes readable', async () => {
    const run = await diff(ENTITIES.replace(', sensitive: true', ''))
    expect(run.code).toBe(1)
    expect(run.stdout).toMatch(/^gains {2}read Note.pin$/m)
  })
})
