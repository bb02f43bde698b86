import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EmittedFile } from '../src/generated-file.ts'
import { emitJsonSchema } from '../src/emit/json-schema.ts'
import { DOMAINS, loadDomain, textAt, type Domain } from './load-domain.ts'

const UUID = '0192f0a0-0000-7000-8000-000000000001'
const FORMATS: Readonly<Record<string, RegExp>> = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  email: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  uri: /^[a-z][a-z0-9+.-]*:\S+$/i,
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
}

interface Compiled {
  readonly files: readonly EmittedFile[]
  readonly ajv: Ajv2020
}

async function compile(domain: Domain): Promise<Compiled> {
  const files = emitJsonSchema(await loadDomain(domain))
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: FORMATS })
  for (const { text } of files) ajv.addSchema(JSON.parse(text) as object)
  return { files, ajv }
}

const compiled = {} as Record<Domain, Compiled>
beforeAll(async () => {
  for (const domain of DOMAINS) compiled[domain] = await compile(domain)
})

function schema(domain: Domain, id: string): ValidateFunction {
  const found = compiled[domain].ajv.getSchema(id)
  if (found === undefined) throw new Error(`no schema ${id}`)
  return found as ValidateFunction
}

function check(
  domain: Domain,
  id: string,
  good: readonly unknown[],
  bad: readonly unknown[],
): void {
  const validate = schema(domain, id)
  for (const value of good) {
    expect(validate(value), `${JSON.stringify(value)}: ${JSON.stringify(validate.errors)}`).toBe(
      true,
    )
  }
  for (const value of bad) expect(validate(value), JSON.stringify(value)).toBe(false)
}

describe.each(DOMAINS)('%s', (domain) => {
  it('compiles in strict mode, every definition included', () => {
    for (const { text } of compiled[domain].files) {
      const { $id, $defs } = JSON.parse(text) as { $id: string; $defs: Record<string, unknown> }
      for (const name of Object.keys($defs)) schema(domain, `${$id}#/$defs/${name}`)
      schema(domain, $id)
    }
  })

  it('is two files an entity, with LF and one newline at the end', async () => {
    const model = await loadDomain(domain)
    const operations = [...model.entities.keys()].map(
      (name) => `json-schema/operations/${name}.schema.json`,
    )
    const entities = [...model.entities.keys()].map((name) => `json-schema/${name}.schema.json`)
    const paths = compiled[domain].files.map(({ path }) => path)
    expect(new Set(paths)).toEqual(
      new Set(['json-schema/_shared.schema.json', ...entities, ...operations]),
    )
    expect(paths).toHaveLength(new Set(paths).size)
    for (const { text } of compiled[domain].files) {
      expect(text.endsWith('}\n')).toBe(true)
      expect(text).not.toContain('\r')
    }
  })

  it('gives the same bytes each time', async () => {
    expect(emitJsonSchema(await loadDomain(domain))).toEqual(compiled[domain].files)
  })

  it('keeps never-exposed fields out of rows, filters and orders', async () => {
    for (const entity of (await loadDomain(domain)).entities.values()) {
      for (const hidden of entity.security.neverExpose) {
        const found = JSON.parse(
          textAt(compiled[domain].files, `json-schema/${entity.name}.schema.json`),
        )
        expect(found.properties).not.toHaveProperty(hidden)
        expect(found.$defs.result.properties).not.toHaveProperty(hidden)
        expect(found.$defs.filter.properties).not.toHaveProperty(hidden)
        expect(JSON.stringify(found.$defs.sort)).not.toContain(`"${hidden}"`)
      }
    }
  })
})

const USER = {
  id: UUID,
  username: 'ada',
  email: 'ada@example.com',
  role: 'user',
  displayName: null,
  bio: null,
  profilePicture: 'https://example.com/a.png',
  firstLogin: true,
  createdAt: '2024-01-01T00:00:00.000Z',
  updatedAt: '2024-01-01T00:00:00.000Z',
}

describe('rows', () => {
  it('hold wire values', () => {
    check(
      'reference',
      'User.schema.json',
      [USER, { ...USER, role: 'supergod' }],
      [
        { ...USER, id: 'x' },
        { ...USER, email: 'nobody' },
        { ...USER, role: 'public' },
        { ...USER, username: 'a b' },
        { ...USER, username: null },
        { ...USER, createdAt: 0 },
        { ...USER, extra: 1 },
        { id: UUID },
      ],
    )
  })

  it('travel bigint and decimal as text, bytes as base64, and say what is read-only', () => {
    const title = {
      isbn: '9780131103627',
      name: 'C',
      abstract: null,
      language: 'en',
      publishedOn: '1988-03-22',
      pages: 272,
      listPrice: '60.00',
      rating: 4.5,
      weight: null,
      lifetimeLoans: '9007199254740993',
      cover: 'AAEC',
      subjects: { nested: [1, null] },
      sequelOf: null,
    }
    check(
      'library',
      'Title.schema.json',
      [title, { ...title, subjects: null }],
      [
        { ...title, lifetimeLoans: 1 },
        { ...title, lifetimeLoans: '-1' },
        { ...title, listPrice: 60 },
        { ...title, listPrice: '60.001' },
        { ...title, pages: 1.5 },
        { ...title, pages: 0 },
        { ...title, rating: 6 },
        { ...title, isbn: '123' },
        { ...title, publishedOn: '1988' },
      ],
    )
    const supplier = JSON.parse(textAt(compiled.library.files, 'json-schema/Supplier.schema.json'))
    expect(supplier.properties.id).toMatchObject({ readOnly: true })
    expect(supplier.properties.fax).toMatchObject({ deprecated: true })
    expect(supplier.properties.discount).toMatchObject({ description: 'From 0 to 1.' })
    check(
      'library',
      'Group.schema.json#/properties/meetsAt',
      ['19:30', '19:30:00', null],
      ['25:00'],
    )
  })

  it('need not hold what some callers may not read', () => {
    const { salary: _, ...open } = {
      id: UUID,
      memberId: UUID,
      departmentId: 1,
      managerId: null,
      badge: 'cabc',
      hiredOn: '2020-01-01',
      salary: '1.00',
      extension: '12',
    }
    expect(schema('library', 'Employee.schema.json')(open)).toBe(true)
  })
})

describe('filters', () => {
  it('offer the operators of each type, relations and groups, as deep as one likes', () => {
    check(
      'reference',
      'User.schema.json#/$defs/filter',
      [
        {},
        { role: 'admin' },
        { role: { in: ['admin', 'god'] }, username: { startsWith: 'a', mode: 'insensitive' } },
        { displayName: null, bio: { isNull: false } },
        { createdAt: { between: ['2024-01-01T00:00:00Z', '2025-01-01T00:00:00Z'] } },
        { NOT: { OR: [{ username: 'a' }, { AND: [] }] } },
        { forumThreads: { some: { posts: { none: { author: { is: { role: 'user' } } } } } } },
        { credential: null },
        { credential: { isNot: null } },
        { sessions: { every: { expiresAt: { gt: '0' } } } },
      ],
      [
        { role: 'nobody' },
        { role: { in: [null] } },
        { nothing: 1 },
        { username: {} },
        { username: { near: 'a' } },
        { firstLogin: { gt: true } },
        { sessions: { some: { token: 'x' } } },
        { sessions: { is: {} } },
        { sessions: { every: { expiresAt: { gt: 0 } } } },
        { createdAt: { between: ['2024-01-01T00:00:00Z'] } },
        { OR: [{ nothing: 1 }] },
      ],
    )
  })

  it('reach into json', () => {
    check(
      'library',
      'Title.schema.json#/$defs/filter',
      [
        { subjects: null },
        { subjects: ['a'] },
        { subjects: { path: ['a', 0], equals: { b: 1 } } },
        { subjects: { path: ['a'], contains: 'x' } },
      ],
      [{ subjects: { a: 1 } }, { subjects: { path: [-1], equals: 1 } }],
    )
  })

  it('include, sort and name a row', () => {
    check(
      'reference',
      'User.schema.json#/$defs/include',
      [
        { sessions: true },
        { forumPosts: { limit: 3, include: { thread: { select: ['title'] } } } },
      ],
      [{ nothing: true }, { sessions: { select: ['token'] } }, { credential: { limit: 1 } }],
    )
    check(
      'reference',
      'User.schema.json#/$defs/sort',
      [{ createdAt: 'desc' }, [{ role: { order: 'asc', nulls: 'first' } }, { id: 'asc' }]],
      [{ createdAt: 'down' }, { nothing: 'asc' }],
    )
    check(
      'library',
      'StockLevel.schema.json#/$defs/where',
      [{ branchId: UUID, isbn: '9780131103627' }],
      [{}, { isbn: '9780131103627' }],
    )
  })
})

describe('operations', () => {
  const at = (name: string, part: string): string => {
    const [entity, operation] = name.split('.')
    return `operations/${entity}.schema.json#/$defs/${operation}.${part}`
  }
  const input = (name: string): string => at(name, 'input')
  const output = (name: string): string => at(name, 'output')

  it('create takes what a caller may send', () => {
    const data = { username: 'ada', email: 'ada@example.com' }
    check(
      'reference',
      input('User.create'),
      [
        data,
        { ...data, role: 'admin', sessions: { create: [{ token: '12345678', expiresAt: '1' }] } },
      ],
      [{ username: 'ada' }, { ...data, id: UUID }, { ...data, updatedAt: USER.updatedAt }],
    )
  })

  it('create takes a foreign key or a write over its relation', () => {
    const post = { content: 'hello' }
    const thread = { title: 'abc', slug: 'abc', category: { connect: { slug: 'talk' } } }
    check(
      'reference',
      input('ForumPost.create'),
      [
        { ...post, threadId: UUID },
        { ...post, thread: { connect: { id: UUID } } },
        { ...post, thread: { create: thread } },
        { ...post, threadId: UUID, replies: { create: [{ ...post, threadId: UUID }] } },
      ],
      [post, { ...post, thread: { create: { title: 'abc' } } }, { ...post, thread: {} }],
    )
  })

  it('system-only operations take what only the system sends', () => {
    const session = { userId: UUID, token: '12345678', expiresAt: '1', id: UUID }
    check('reference', input('Session.create'), [session], [{ ...session, lastActivity: 1 }])
    check('reference', input('Session.read_by_token'), [{ token: 'x' }], [{}])
    check('reference', input('Session.list'), [{ userId: UUID }], [{ token: 'x' }])
  })

  it('update names its row, counts, and leaves fixed fields alone', () => {
    check(
      'library',
      input('Order.update'),
      [
        { id: UUID, note: null },
        { id: UUID, total: { increment: '1.50' }, ifVersion: 3 },
        { id: UUID, supplier: { connect: { id: UUID } } },
      ],
      [
        { note: null },
        { id: UUID, placedById: UUID },
        { id: UUID, placedBy: { connect: { id: UUID } } },
        { id: UUID, revision: 2 },
        { id: UUID, total: { increment: 1 } },
      ],
    )
    const where = { id: UUID }
    const create = { name: 'x' }
    check(
      'library',
      input('Group.upsert'),
      [{ where: { name: 'x' }, create, update: { default: true } }],
      [
        { where: {}, create, update: {} },
        { where, create, update: { id: UUID } },
      ],
    )
  })

  it('list and its kin', () => {
    check(
      'library',
      input('Loan.list'),
      [{}, { memberId: UUID, limit: 250 }, { filter: { fine: { gt: '0' } }, count: true }],
      [{ limit: 251 }, { limit: -1 }, { nothing: 1 }],
    )
    check(
      'library',
      output('Loan.list'),
      [{ data: [{ id: UUID, member: { fullName: 'Ada' } }], limit: 25, hasMore: false, page: 1 }],
      [{ data: [] }, [], { data: [{ nothing: 1 }], limit: 1, hasMore: false }],
    )
    check('library', output('Loan.list_by_member_id'), [[], [{ id: UUID }]], [{ data: [] }])
    check(
      'library',
      output('Order.aggregate'),
      [{ count: 1 }, [{ status: 'draft', sum: { total: '1.00' } }]],
      [{ sum: { total: 1 } }],
    )
  })

  it('custom operations take their own inputs', () => {
    check(
      'reference',
      input('Credential.verify'),
      [{ username: 'ada', password: 'secret' }],
      [{ username: 'ada' }, { username: 'ada', password: 1 }],
    )
    check('reference', output('Credential.verify'), [true], ['true'])
    check(
      'reference',
      input('ComponentNode.reorder'),
      [{ items: [{ id: UUID, order: 1 }] }],
      [{ items: [{ id: UUID }] }, {}],
    )
    check('reference', output('LuaScript.execute'), [null, { a: 1 }], [])
  })

  it('errors have one shape', () => {
    check(
      'reference',
      '_shared.schema.json#/$defs/error',
      [{ name: 'DBALError', code: 'NOT_FOUND', httpStatus: 404, message: 'x', retryable: false }],
      [{ code: 'NOT_FOUND' }],
    )
  })
})
