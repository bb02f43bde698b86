import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbal, folderWith } from './run-dbal.ts'

const ENTITIES = `
entity: Note
fields:
  id: { type: string, primary: true }
  title: { type: string, required: true, unique: true }
  size: { type: bigint, optional: true }
acl: { read: { public: true }, create: { public: true } }
`

const CASES = `
- name: A note is stored
  operations:
    - { action: create, entity: Note, input: { id: a, title: one, size: 9 }, expected: { status: success, output: { size: "9" } } }
    - { action: read, entity: Note, input: { id: $prev.id }, expected: { status: success, output: { $exact: { id: a, title: one, size: "9" } } } }
- name: A title is taken <once>
  given: { Note: [{ id: a, title: one }] }
  operations:
    - { action: create, entity: Note, input: { id: b, title: one }, expected: { status: error, error: { code: 409, fields: [title] } } }
`

const WRONG = `
- name: A note is lost
  given: { Note: [{ id: a, title: one }] }
  operations:
    - { action: count, entity: Note, expected: { status: success, output: 1 } }
    - { action: count, entity: Note, input: { filter: { title: one } }, expected: { status: success, output: 2 } }
- name: A note is read under a name that it has not
  operations:
    - { action: read, entity: Notes, input: { id: a }, expected: { status: success } }
- name: A known failure that passes
  known_failures: { memory: it used to }
  operations:
    - { action: count, entity: Note, expected: { status: success, output: 0 } }
- name: A known failure that fails
  known_failures: { memory: two is not one }
  operations:
    - { action: count, entity: Note, expected: { status: success, output: 1 } }
`

const files = { 'dbal/entities/note.yaml': ENTITIES, 'cases/notes/all.yaml': CASES }

test('a team plays its own cases on its own contract', async () => {
  const cwd = folderWith(files)
  const args = ['conformance', '--workspace', 'dbal', '--cases', 'cases', '--junit', 'out.xml']
  const { code, stdout, stderr } = await dbal(args, { cwd })
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^notes\s+2\s+2\s+2$/m)
  expect(stdout).toMatch(/^6 passed$/m)
  expect(code).toBe(0)
  const xml = readFileSync(join(cwd, 'out.xml'), 'utf8')
  expect(xml).toContain('name="A title is taken &lt;once&gt;"')
  expect(xml.match(/<testcase /g)).toHaveLength(6)
})

test('a case that answers otherwise is named, with the way to play it again', async () => {
  const cwd = folderWith({ ...files, 'cases/notes/wrong.yaml': WRONG })
  const args = ['conformance', '--workspace', 'dbal', '--cases', 'cases', '--adapter', 'memory']
  const { code, stdout } = await dbal([...args, '--report', 'out.json'], { cwd })
  expect(code).toBe(1)
  expect(stdout).toContain('notes/wrong.yaml:2  A note is lost')
  expect(stdout).toContain('step 1: $ is 1, not 2')
  expect(stdout).toContain(
    'dbal conformance --adapter memory --workspace dbal --cases cases --filter "A note is lost"',
  )
  expect(stdout).toContain('there is no entity Notes')
  expect(stdout).toContain('it is a known failure (it used to), and passes')
  expect(stdout).toMatch(/^2 passed, 1 known to fail, 3 failed$/m)
  const report = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8')) as { failed: number }
  expect(report.failed).toBe(3)
})

test('a case that fails behind the bridge is played again behind it', async () => {
  const cwd = folderWith({ ...files, 'cases/notes/wrong.yaml': WRONG })
  const args = ['conformance', '--workspace', 'dbal', '--cases', 'cases', '--adapter', 'memory']
  const over = ['--over', 'bridge', '--filter', 'lost']
  const { code, stdout } = await dbal([...args, ...over], { cwd })
  expect(code).toBe(1)
  expect(stdout).toContain('failed  memory+cbor-loopback  notes/wrong.yaml:2')
  expect(stdout).toContain(
    'dbal conformance --adapter memory --over bridge --workspace dbal --cases cases --filter "A note is lost"',
  )
})

test('what is asked for and not there is wrong usage', async () => {
  const cwd = folderWith({ ...files, 'bad/bad.yaml': '- name: x\n  operatoins: []\n' })
  const play = (...args: string[]) => dbal(['conformance', ...args], { cwd })
  expect(await play('--adapter', 'oracle')).toMatchObject({ code: 2 })
  expect((await play('--adapter', 'postgres')).stderr).toContain('DBAL_TEST_POSTGRES_URL')
  expect((await play('--cases', 'nowhere')).stderr).toContain('there are no cases in nowhere')
  expect((await play('--filter', 'no such case')).stderr).toContain(
    'no case has no such case in it',
  )
  expect((await play('--seed', '-1')).stderr).toContain('--seed takes a number from 0 on')
  const bad = await play('--cases', 'bad')
  expect(bad.code).toBe(1)
  expect(bad.stderr).toContain('did you mean `operations`')
})

test('a report that could not be written is told of before anything is played', async () => {
  const cwd = folderWith({ ...files, 'broken.json': '{' })
  const own = ['--workspace', 'dbal', '--cases', 'cases', '--adapter', 'memory']
  const play = (...args: string[]) => dbal(['conformance', ...args], { cwd })
  for (const flag of ['--report', '--junit']) {
    const { code, stdout, stderr } = await play(...own, flag, 'nowhere/out')
    expect(stderr).toContain('nowhere/out cannot be written: ENOENT')
    expect([code, stdout]).toEqual([2, ''])
  }
  const broken = await play('--adapter', 'memory', '--manifest', 'broken.json')
  expect([broken.code, broken.stderr]).toEqual([2, 'error: broken.json is no manifest\n'])
})

test('random programs and worlds are drawn by a seed, which is said', async () => {
  const cwd = folderWith()
  const play = (...args: string[]) =>
    dbal(['conformance', '--adapter', 'memory,sqlite', ...args], { cwd })
  const { code, stdout, stderr } = await play('--seed', '7', '--report', 'out.json')
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^seed 7$/m)
  expect(stdout).toMatch(/^memory\s+0\s+0\s+20\s+0$/m)
  expect(stdout).toMatch(/^sqlite\s+100\s+0\s+20\s+0$/m)
  expect(stdout).toMatch(/^nothing found \(seed 7\)$/m)
  expect(code).toBe(0)
  const report: unknown = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'))
  expect(report).toMatchObject({ seed: 7, rounds: 1, interrupted: false, findings: [] })
  expect(await play('--seed', 'seven')).toMatchObject({ code: 2 })
  expect((await play('--seed', '7', '--filter', 'x')).stderr).toContain('--filter is for cases')
  expect((await play('--seed', '7', '--over', 'bridge')).stderr).toContain('--over is for cases')
}, 120_000)

test('a long run is ended by Ctrl-C, and reports what it has played', async () => {
  const cwd = folderWith()
  const args = ['conformance', '--adapter', 'memory', '--budget', '600', '--report', 'out.json']
  const { code, stdout } = await dbal(args, {
    cwd,
    onOutput: (text, kill) => {
      if (text.startsWith('seed')) kill('SIGINT')
    },
  })
  expect(stdout).toMatch(/nothing found, ended early \(seed \d+\)/)
  expect(code).toBe(0)
  const report: unknown = JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8'))
  expect(report).toMatchObject({ interrupted: true, played: [{ target: 'memory' }] })
})
