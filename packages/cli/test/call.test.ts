// `dbal call`: one operation, its answer or its refusal as JSON on standard output.
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { dbal, folderWith, REFERENCE } from './run-dbal.ts'

const THING = `entity: Thing
fields:
  id: { type: integer, primary: true }
  big: { type: bigint }
  raw: { type: bytes }
  price: { type: decimal }
  at: { type: datetime }
  data: { type: json }
  upId: { type: integer, foreign_key: { entity: Thing, name: up, inverse: parts } }
acl:
  create: { user: true }
  read: { user: true }
  list: { admin: true }
  update: { user: true, row_level: "big = $user.limit" }
operations:
  double: { input: { required: [{ name: n, type: bigint }] }, output: json, public: true }
  missing: { output: json, public: true }
`
const HANDLERS = `export const operations = {
  'Thing.double': ({ input }) => ({ twice: String(input.n * 2n) }),
}
`

const CONFIG = `workspace: dbal
handlers: ./code/handlers.mjs
database: { url: "file:./dev.db" }
`

let cwd = ''

beforeAll(async () => {
  cwd = folderWith({
    'dbal/entities/thing.yaml': THING,
    'dbal/roles.yaml': 'roles: [public, user, admin]\nclaims: { limit: bigint }\n',
    'code/handlers.mjs': HANDLERS,
    'dbal.config.yaml': CONFIG,
  })
  await dbal(['push'], { cwd })
})

function call(...args: string[]) {
  return dbal(['call', ...args], { cwd })
}

async function answer(...args: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await call(...args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

async function refusal(...args: string[]): Promise<unknown> {
  const { code, stdout } = await call(...args)
  expect(code).toBe(1)
  return JSON.parse(stdout)
}

describe('values', () => {
  const first = {
    id: 1,
    big: '9007199254740993',
    raw: 'AAEC/w==',
    price: '19.900000',
    at: '2024-02-29T12:30:00.000Z',
    data: { a: [1, null] },
    upId: null,
  }

  test('go in and come out in wire form', async () => {
    expect(await answer('Thing.create', JSON.stringify(first), '--as', 'system')).toEqual(first)
    expect(await answer('things.read', '{"id": 1}', '--as', 'system')).toEqual(first)
  })

  test('also in filters, updates, lists of records and nested records', async () => {
    const child = { id: 2, big: '-9223372036854775808', up: { connect: { id: 1 } } }
    const more = { items: [{ id: 3, big: '9223372036854775807', raw: 'Zg==' }] }
    const [wide, many] = await Promise.all([
      answer('Thing.create', JSON.stringify(child), '--as', 'system'),
      answer('Thing.createMany', JSON.stringify(more), '--as', 'system'),
    ])
    expect(wide).toMatchObject({ id: 2, upId: 1, big: child.big })
    expect(many).toBe(1)
    const filter = {
      OR: [{ big: { in: [child.big] } }, { raw: 'Zg==' }, { parts: { some: { big: child.big } } }],
    }
    const page = await answer(
      'Thing.list',
      JSON.stringify({ filter, select: ['id'] }),
      '--as',
      'system',
    )
    expect(page).toMatchObject({ data: [{ id: 1 }, { id: 2 }, { id: 3 }] })
    const data = { id: 3, big: { increment: '-9223372036854775807' } }
    expect(await answer('Thing.update', JSON.stringify(data), '--as', 'system')).toMatchObject({
      big: '0',
    })
    const sums = await answer(
      'Thing.aggregate',
      '{"sum": ["price"], "max": ["big"], "filter": {"id": {"lt": 9}}}',
      '--as',
      'system',
    )
    expect(sums).toEqual({ sum: { price: '19.900000' }, max: { big: '9007199254740993' } })
  })
})

describe.concurrent('who asks', () => {
  test('nobody, a role with an id, and claims', async () => {
    expect(await refusal('Thing.list')).toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await refusal('Thing.list', '--as', 'user:7')).toMatchObject({ code: 'FORBIDDEN' })
    await answer('Thing.create', '{"id": 50, "big": "9007199254740993"}', '--as', 'system')
    const update = ['Thing.update', '{"id": 50, "price": "20"}', '--as', 'user:7', '--claims']
    expect(await refusal(...update, '{"limit": 5}')).toMatchObject({ httpStatus: 404 })
    expect(await answer(...update, '{"limit": "9007199254740993"}')).toMatchObject({
      price: '20.000000',
    })
  })

  test('a role that nobody knows grants nothing, and it is said', async () => {
    const { code, stdout, stderr } = await call('Thing.list', '--as', 'amdin')
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { code: 'FORBIDDEN' }])
    expect(stderr).toBe('note: amdin is no role here; did you mean admin?\n')
    const wrong = await call('Thing.list', '--as', 'system:1')
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
  })
})

test.concurrent('names that are not known come with what was probably meant', async () => {
  expect(await refusal('Thign.list', '--as', 'system')).toMatchObject({
    code: 'VALIDATION_ERROR',
    details: { fields: [{ field: 'entity', error: 'is not a known entity; did you mean Thing?' }] },
  })
  expect(await refusal('Thing.lsit')).toMatchObject({
    details: {
      fields: [{ field: 'action', error: expect.stringContaining('mean list?') as string }],
    },
  })
  expect(await refusal('Thing.create', '{"id": 9, "pirce": "1"}', '--as', 'user')).toMatchObject({
    details: {
      fields: [{ field: 'pirce', error: expect.stringContaining('mean price?') as string }],
    },
  })
})

test.concurrent(
  'input that is no JSON object is wrong usage; - reads it from standard input',
  async () => {
    const read = (stdin: string) =>
      dbal(['call', 'Thing.count', '-', '--as', 'system'], { cwd, stdin })
    const [syntax, list, name, piped, empty] = await Promise.all([
      call('Thing.list', '{limit: 3}'),
      call('Thing.list', '[1]'),
      call('Thing'),
      read('{"filter": {"id": 99}}'),
      read(''),
    ])
    expect(syntax).toMatchObject({ code: 2, stdout: '' })
    expect(syntax.stderr).toMatch(/^error: the input is not JSON: /)
    expect(list.stderr).toContain('the input must be a JSON object')
    expect(name.stderr).toContain('Thing is not ENTITY.OPERATION')
    expect(piped).toEqual({ code: 0, stdout: '0\n', stderr: '' })
    expect(empty.code).toBe(2)
  },
)

test.concurrent('handlers of the config answer; without one the call says so', async () => {
  expect(await answer('Thing.double', '{"n": "4611686018427387904"}')).toEqual({
    twice: '9223372036854775808',
  })
  expect(await refusal('Thing.missing')).toMatchObject({ code: 'CAPABILITY_NOT_SUPPORTED' })
})

test.concurrent('handlers that do not load are named, without a stack', async () => {
  const config = (handlers: string) => `handlers: ${handlers}\ndatabase: { adapter: memory }\n`
  const folder = folderWith({
    'dbal/entities/thing.yaml': THING,
    'dbal/roles.yaml': 'roles: [public, user, admin]\nclaims: { limit: bigint }\n',
    'broken.mjs': 'export const operations = {\n',
    'empty.mjs': 'export {}\n',
    'a.yaml': config('broken.mjs'),
    'b.yaml': config('empty.mjs'),
    'c.yaml': config('none.mjs'),
  })
  const [broken, empty, none] = await Promise.all(
    ['a', 'b', 'c'].map((name) =>
      dbal(['call', 'Thing.count', '--config', `${name}.yaml`, '--workspace', 'dbal'], {
        cwd: folder,
      }),
    ),
  )
  expect(broken?.stderr).toMatch(/^error: broken\.mjs cannot be loaded: .+\n$/)
  expect(empty?.stderr).toBe('error: empty.mjs exports neither operations nor rules\n')
  expect(none?.stderr).toBe('error: there are no handlers at none.mjs\n')
  expect([broken, empty, none].map((run) => run?.code)).toEqual([2, 2, 2])
})

test.concurrent('the reference domain sets a password and knows it again', async () => {
  const database = ['--workspace', REFERENCE, '--url', `file:${join(folderWith(), 'ref.db')}`]
  await dbal(['push', ...database])
  const credential = (operation: string, password: string, ...as: string[]) =>
    dbal([
      'call',
      `Credential.${operation}`,
      JSON.stringify({ username: 'ada', password }),
      ...database,
      ...as,
    ])
  const user = '{"username": "ada", "email": "ada@example.com"}'
  await dbal(['call', 'User.create', user, ...database])
  expect(await credential('set', 'analytical engine', '--as', 'system')).toMatchObject({
    code: 0,
    stdout: 'true\n',
  })
  const [right, wrong, unasked] = await Promise.all([
    credential('verify', 'analytical engine'),
    credential('verify', 'difference engine'),
    credential('set', 'mine'),
  ])
  expect(right).toEqual({ code: 0, stdout: 'true\n', stderr: '' })
  expect(wrong.code).toBe(1)
  expect(JSON.parse(wrong.stdout)).toMatchObject({ code: 'UNAUTHORIZED', httpStatus: 401 })
  expect(unasked.code).toBe(1)
})
