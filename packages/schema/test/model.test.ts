// What a healthy workspace becomes: names, keys, relations, operations, owners, catalogues.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  compileWorkspace,
  findEntity,
  getEntity,
  loadWorkspace,
  modelFromJson,
  modelToJson,
  type Entity,
  type Model,
  type SourceFile,
} from '../src/index.ts'
import { BASE, brief, compileTexts, docWith } from './marked-workspace.ts'

const reference = fileURLToPath(new URL('../reference/', import.meta.url))

function modelOf(texts: Readonly<Record<string, string>>): Model {
  const { model, diagnostics } = compileTexts(texts)
  if (model === undefined) throw new Error(diagnostics.map(brief).join('\n'))
  return model
}

function doc(fields: string, rest = ''): Entity {
  return getEntity(modelOf(docWith(fields, rest)), 'Doc')
}

describe('the reference workspace', () => {
  test('has nothing to complain about', async () => {
    const { model, diagnostics, files } = await loadWorkspace(reference)
    expect(diagnostics.map(brief)).toEqual([])
    expect(model?.entities.size).toBeGreaterThan(10)
    expect(files.length).toBeGreaterThan(20)
  })

  test('survives JSON unchanged', async () => {
    const { model } = await loadWorkspace(reference)
    if (model === undefined) throw new Error('no model')
    const json = modelToJson(model)
    const back = modelFromJson(JSON.parse(JSON.stringify(json)))
    expect(back).toEqual(model)
    expect(JSON.stringify(modelToJson(back))).toBe(JSON.stringify(json))
    expect(() => modelFromJson({ format: 99 })).toThrow(TypeError)
    expect(() => modelFromJson(null)).toThrow(TypeError)
  })

  test('is the same model in whatever order and folders its files come', async () => {
    const { model, files } = await loadWorkspace(reference)
    const moved = files.map(({ path, text }): SourceFile => {
      const [folder = '', ...rest] = path.split('/')
      return { path: rest.length === 0 ? path : `${folder}/z/${rest.join('-')}`, text }
    })
    // Operations without `entity` find it by the name of the file.
    const named = moved.map(({ path, text }) => ({
      path: path.replace(/\/(?:core|packages)-/, '/'),
      text,
    }))
    const again = compileWorkspace(named.reverse())
    expect(again.diagnostics.map(brief)).toEqual([])
    expect(again.model?.hash).toBe(model?.hash)
    expect([...(again.model?.entities.keys() ?? [])]).toEqual([...(model?.entities.keys() ?? [])])
  })
})

describe('the hash', () => {
  const hash = (text: string): string | undefined =>
    compileTexts({ 'entities/user.yaml': text }).model?.hash
  const user = BASE['entities/user.yaml'] ?? ''

  test('does not follow comments, positions, descriptions or seeds', () => {
    expect(hash(`# hello\n\n${user}description: A person\n`)).toBe(hash(user))
    const seeded = compileTexts({ 'seeds/a.yaml': 'entity: User\nrecords: [{ username: a }]\n' })
    expect(seeded.model?.hash).toBe(hash(user))
  })

  test('follows what matters', () => {
    expect(hash(user.replace('unique: true', 'unique: false'))).not.toBe(hash(user))
    expect(hash(`${user}acl: { read: { public: true } }\n`)).not.toBe(hash(user))
    expect(hash(`${user}security: { never_expose: [username] }\n`)).not.toBe(hash(user))
  })
})

describe('names', () => {
  test('columns keep the spelling, fields are camelCase, tables snake_case plurals', () => {
    const model = modelOf({
      'entities/a.yaml': `entity: IRCChannel
fields:
  id: { type: uuid, primary: true }
  created_at: { type: timestamp }
  URL: { type: url }
`,
    })
    const entity = getEntity(model, 'IRCChannel')
    expect([entity.accessor, entity.table]).toEqual(['ircChannels', 'irc_channels'])
    expect(
      [...entity.fields.values()].map(({ name, column, type }) => [name, column, type]),
    ).toEqual([
      ['id', 'id', 'uuid'],
      ['createdAt', 'created_at', 'datetime'],
      ['url', 'URL', 'url'],
    ])
    expect(model.accessors.get('ircChannels')).toBe(entity)
    expect(findEntity(model, 'Nope')).toBeUndefined()
    expect(() => getEntity(model, 'constructor')).toThrow(RangeError)
  })

  test('index names hold table and columns, are unique, and end in a hash when too long', () => {
    const long = 'a'.repeat(40)
    const { indexes } = doc(
      `  ${long}: { type: string, unique: true }\n  b: { type: string, index: true }\n  c: { type: string }`,
      `indexes:\n  - { fields: [${long}, b] }\n  - { fields: [b, c], unique: true, name: once, where: "b != 'x'" }`,
    )
    expect(indexes.map(({ name, unique }) => [name, unique])).toEqual([
      [`docs_${long}_key`, true],
      ['docs_b_idx', false],
      [`docs_${long}_b_idx`, false],
      ['once', true],
    ])
    const { indexes: hashed } = doc(
      `  ${long}: { type: string }\n  b${long}: { type: string }`,
      `indexes:\n  - { fields: [${long}, b${long}] }`,
    )
    expect(hashed[0]?.name).toMatch(/^docs_a+.*_[0-9a-f]{8}_idx$/)
    expect(hashed[0]?.name).toHaveLength(63)
  })
})

describe('fields', () => {
  test('what is required, nullable, filled', () => {
    const { fields } = doc(`  a: { type: string }
  b: { type: string, required: true }
  c: { type: string, default: x }
  d: { type: string, required: true, nullable: true }
  e: { type: datetime, auto_now_add: true }
  f: { type: bigint, auto_now: true }
  g: { type: string, optional: true, default: x, nullable: true }`)
    expect(
      [...fields.values()].map(({ name, required, nullable, generated, autoUpdate }) => [
        name,
        required,
        nullable,
        generated,
        autoUpdate,
      ]),
    ).toEqual([
      ['id', true, false, true, false],
      ['a', false, true, false, false],
      ['b', true, false, false, false],
      ['c', false, false, false, false],
      ['d', true, true, false, false],
      ['e', false, false, true, false],
      ['f', false, false, false, true],
      ['g', false, true, false, false],
    ])
  })

  test('bounds and defaults in wire form', () => {
    const { fields } =
      doc(`  a: { type: bigint, min: -9223372036854775808, default: 9007199254740993 }
  b: { type: decimal, precision: 10, scale: 2, min: 0.10, default: 12.50 }
  c: { type: datetime, default: '2024-02-29T12:00:00+02:00' }
  d: { type: text }
  e: { type: string, default: 'null' }
  f: { type: json, default: { now: true, list: [1, null] } }
  g: { type: uuid, default: { uuid: true } }
  h: { type: date, default: { now: true } }
  i: { type: int, min: 1, max: 5 }
  j: { type: uuid, default: { user: id } }`)
    const of = (name: string): unknown => fields.get(name)?.default
    expect(fields.get('a')).toMatchObject({
      min: '-9223372036854775808',
      default: { value: '9007199254740993' },
    })
    expect(fields.get('b')).toMatchObject({
      min: '0.1',
      precision: 10,
      scale: 2,
      default: { value: '12.5' },
    })
    expect(of('c')).toEqual({ kind: 'literal', value: '2024-02-29T10:00:00.000Z' })
    expect(fields.get('d')?.maxLength).toBe(1024 * 1024)
    expect(fields.get('e')).toMatchObject({ maxLength: 255, default: { value: 'null' } })
    expect(of('f')).toEqual({ kind: 'literal', value: { now: true, list: [1, null] } })
    expect(of('g')).toEqual({ kind: 'uuid' })
    expect(of('h')).toEqual({ kind: 'now' })
    expect(fields.get('i')).toMatchObject({ type: 'integer', min: 1, max: 5 })
    expect(of('j')).toEqual({ kind: 'user', claim: 'id' })
  })

  test('one constraint for `unique` and the same unique index; scopes; composite keys', () => {
    const one = doc(
      '  a: { type: string, unique: true }',
      'indexes: [{ fields: [a], unique: true, name: a_once }]',
    )
    expect(one.indexes).toEqual([{ name: 'a_once', fields: ['a'], unique: true }])
    const also = doc('  a: { type: string }', 'indexes: [{ fields: [a], unique: true }]')
    expect(also.fields.get('a')?.unique).toBe(true)
    const within = doc('  a: { type: string, unique_within: b }\n  b: { type: string }')
    expect(within.uniques).toEqual([['id'], ['b', 'a']])
    expect(within.fields.get('a')?.unique).toBe(false)
    const composite = getEntity(
      modelOf({
        'entities/loan.yaml':
          'entity: Loan\nprimary_key: [member_id, isbn]\nfields:\n  member_id: { type: uuid }\n  isbn: { type: string }\n',
      }),
      'Loan',
    )
    expect(composite.primaryKey).toEqual(['memberId', 'isbn'])
    expect(composite.uniques).toEqual([['memberId', 'isbn']])
    expect(composite.fields.get('isbn')).toMatchObject({
      primary: true,
      required: true,
      nullable: false,
    })
  })
})

describe('relations', () => {
  const relations = (entity: Entity): string[] =>
    [...entity.relations.values()].map(
      ({ name, target, cardinality, owning, inverse, optional }) =>
        `${owning ? '' : '<- '}${name}: ${target} ${cardinality}${optional ? '?' : ''} (${inverse})`,
    )

  test('names by the rules', () => {
    const model = modelOf(
      docWith(`  author_id: { type: uuid, required: true, references: User.id }
  editorId: { type: uuid, foreign_key: { entity: User, field: id } }
  username: { type: string, foreign_key: { entity: User, field: username } }
  parentId: { type: uuid, foreign_key: { entity: Doc, inverse: children } }`),
    )
    expect(relations(getEntity(model, 'Doc'))).toEqual([
      'author: User one (docs)',
      'editor: User one? (docsByEditor)',
      'user: User one? (docsByUser)',
      'parent: Doc one? (children)',
      '<- children: Doc many (parent)',
    ])
    expect(relations(getEntity(model, 'User'))).toEqual([
      '<- docs: Doc many (author)',
      '<- docsByEditor: Doc many (editor)',
      '<- docsByUser: Doc many (user)',
    ])
  })

  test('a unique foreign key leads to one row and back', () => {
    const model = modelOf(
      docWith(
        '  userId: { type: uuid, unique: true, foreign_key: { entity: User, inverse: doc, on_delete: cascade } }',
      ),
    )
    expect(relations(getEntity(model, 'User'))).toEqual(['<- doc: Doc one? (user)'])
    expect(getEntity(model, 'Doc').fields.get('userId')?.foreignKey).toEqual({
      entity: 'User',
      field: 'id',
      onDelete: 'cascade',
      onUpdate: 'restrict',
    })
  })

  test('trees', () => {
    const model = modelOf({
      'entities/node.yaml': `entity: Node
fields:
  id: { type: uuid, primary: true }
  docId: { type: uuid, required: true, foreign_key: { entity: User } }
  parentId: { type: uuid, foreign_key: { entity: Node } }
  sort_order: { type: integer }
operations: { get_tree: {}, move: {}, reorder: { input: [nodes] } }
`,
    })
    const node = getEntity(model, 'Node')
    expect(node.tree).toEqual({
      parentField: 'parentId',
      parentRelation: 'parent',
      orderField: 'sortOrder',
      ownerField: 'docId',
    })
    const inputs = (name: string): unknown =>
      node.operations.get(name)?.input.map((input) => [input.name, input.type, input.required])
    expect(inputs('get_tree')).toEqual([['docId', 'uuid', true]])
    expect(inputs('move')).toEqual([
      ['id', 'uuid', true],
      ['newParentId', 'uuid', true],
      ['order', 'integer', false],
    ])
    expect(inputs('reorder')).toEqual([['nodes', 'list', true]])
  })
})

describe('principal and owner', () => {
  test.each([
    [
      'the only foreign key',
      'writerId: { type: uuid, foreign_key: { entity: User } }',
      '',
      { field: 'writerId', claim: 'id' },
    ],
    [
      'by another unique field',
      'username: { type: string, foreign_key: { entity: User, field: username } }',
      '',
      { field: 'username', claim: 'username' },
    ],
    [
      'named',
      'a: { type: uuid }\n  b: { type: uuid, foreign_key: { entity: User } }',
      'owner: a',
      { field: 'a', claim: 'id' },
    ],
    [
      'a namesake of a unique field',
      'username: { type: string }',
      'owner: username',
      { field: 'username', claim: 'username' },
    ],
    ['guessed', 'authorId: { type: uuid }', '', { field: 'authorId', claim: 'id', guessed: true }],
    ['nobody', 'a: { type: uuid }', '', undefined],
  ])('owner: %s', (_what, field, rest, owner) => {
    expect(doc(`  ${field}`, rest).owner).toEqual(owner)
  })

  test('the user entity: marked, else User, else by its roles', () => {
    const person =
      'entity: Person\nfields:\n  id: { type: uuid, primary: true }\n  role: { type: enum, values: [user, admin] }\n'
    const principals = (texts: Readonly<Record<string, string>>): string[] => {
      const { model } = compileWorkspace(
        Object.entries(texts).map(([path, text]) => ({ path, text })),
      )
      return [...(model?.entities.values() ?? [])]
        .filter(({ principal }) => principal)
        .map(({ name }) => name)
    }
    expect(principals({ ...BASE, 'entities/person.yaml': `${person}principal: true\n` })).toEqual([
      'Person',
    ])
    expect(principals({ ...BASE, 'entities/person.yaml': person })).toEqual(['User'])
    expect(principals({ 'entities/person.yaml': person })).toEqual(['Person'])
  })

  test('claims: the fields of the user entity and what roles.yaml adds', () => {
    const { claims } = modelOf({ 'roles.yaml': 'claims: { tenantId: uuid, groups: [string] }\n' })
    expect(
      [...claims.values()].map(({ name, type, list }) => `${name}: ${type}${list ? '[]' : ''}`),
    ).toEqual([
      'id: uuid',
      'username: string',
      'role: string',
      'roles: string[]',
      'tenantId: uuid',
      'groups: string[]',
    ])
  })
})

describe('operations', () => {
  const operation = (text: string, name: string): unknown =>
    getEntity(
      modelOf({
        ...docWith('  title: { type: string, unique: true }\n  page_id: { type: uuid }'),
        'operations/doc.ops.yaml': `operations:\n${text}`,
      }),
      'Doc',
    ).operations.get(name)

  test('the standard ones are always there', () => {
    const { operations } = doc('  a: { type: string }')
    expect(
      [...operations.values()].map(({ name, declared, verbs }) => [
        name,
        declared,
        verbs.map(({ action }) => action).join(),
      ]),
    ).toEqual([
      ['create', false, 'create'],
      ['create_many', false, 'create'],
      ['read', false, 'read'],
      ['update', false, 'update'],
      ['update_many', false, 'update'],
      ['upsert', false, 'create,update'],
      ['delete', false, 'delete'],
      ['delete_many', false, 'delete'],
      ['list', false, 'list'],
      ['search', false, 'list'],
      ['count', false, 'list'],
      ['aggregate', false, 'list'],
    ])
    expect(operations.get('list')).toMatchObject({
      defaultLimit: 20,
      maxLimit: 100,
      pagination: true,
    })
  })

  test('families, in either spelling', () => {
    expect(operation('  listByPageId: { output: "Doc[]" }', 'list_by_page_id')).toMatchObject({
      builtIn: 'list_by',
      byField: 'pageId',
      method: 'listByPageId',
      verbs: [{ entity: 'Doc', action: 'list' }],
      input: [{ name: 'pageId', type: 'uuid', required: true, field: 'pageId' }],
    })
    expect(operation('  read_by_title: {}', 'read_by_title')).toMatchObject({
      builtIn: 'read_by',
      output: { kind: 'entity', entity: 'Doc', many: false },
    })
    expect(operation('  get_by_title: { output: Doc }', 'get_by_title')).toMatchObject({
      builtIn: 'get_by',
      output: { many: false },
    })
    expect(operation('  createMany: {}', 'create_many')).toMatchObject({
      declared: true,
      builtIn: 'create_many',
    })
  })

  test('a handler is for system only unless it says otherwise', () => {
    expect(operation('  go: {}', 'go')).toMatchObject({
      systemOnly: true,
      verbs: [],
      output: { kind: 'scalar', type: 'json' },
    })
    expect(operation('  go: { public: true }', 'go')).toMatchObject({
      systemOnly: false,
      public: true,
    })
    expect(operation('  go: { acl_required: ["doc:read", "users:update"] }', 'go')).toMatchObject({
      systemOnly: false,
      verbs: [
        { entity: 'Doc', action: 'read' },
        { entity: 'User', action: 'update' },
      ],
    })
  })

  test('inputs: lists, optional marks, types and what they are taken from', () => {
    expect(
      operation(
        '  go: { input: [title, limit?, sort?, other, { name: word, type: string, sensitive: true }] }',
        'go',
      ),
    ).toMatchObject({
      input: [
        { name: 'title', type: 'string', required: true, field: 'title' },
        { name: 'limit', type: 'integer', required: false },
        { name: 'sort', type: 'json', required: false },
        { name: 'other', type: 'json', required: true },
        { name: 'word', type: 'string', required: true, sensitive: true },
      ],
    })
  })

  test('the entity of a file: named, of the entities file of that name, or by its own name', () => {
    const places = ['docs/loan_slip.ops.yaml', 'doc.ops.yml', 'slips.yaml']
    const found = places.map((path) => {
      const text = 'operations: { go: { public: true } }\n'
      const model = modelOf({
        ...docWith('  a: { type: string }'),
        'entities/slips.yaml': 'entity: LoanSlip\nfields: { id: { type: uuid, primary: true } }\n',
        [`operations/${path}`]: text,
      })
      return [...model.entities.values()]
        .filter(({ operations }) => operations.has('go'))
        .map(({ name }) => name)
    })
    expect(found).toEqual([['LoanSlip'], ['Doc'], ['LoanSlip']])
  })
})

describe('roles, errors, capabilities, seeds', () => {
  test('a graph of roles', () => {
    const { roles } = modelOf({
      'roles.yaml':
        'roles: { reader: {}, writer: { inherits: reader }, auditor: { inherits: [reader] }, chief: { inherits: [writer, auditor] } }\n',
    })
    expect(roles.names).toEqual(['public', 'reader', 'writer', 'auditor', 'chief'])
    expect(roles.above.get('reader')).toEqual(['reader', 'writer', 'auditor', 'chief'])
    expect(roles.above.get('writer')).toEqual(['writer', 'chief'])
    expect(roles.above.get('public')).toEqual(['public', 'reader', 'writer', 'auditor', 'chief'])
  })

  test('errors.yaml over the codes that always exist', () => {
    const { errors } = modelOf({
      'errors.yaml':
        'error_codes:\n  NOT_FOUND: { message: Gone }\n  OVERDUE: { code: 409, message: Bring it back, retry_after: 5 }\nerror_handling:\n  retry_strategy: { max_retries: 9, backoff: linear }\n',
    })
    expect(errors.codes.get('NOT_FOUND')).toMatchObject({ httpStatus: 404, message: 'Gone' })
    expect(errors.codes.get('OVERDUE')).toEqual({
      code: 'OVERDUE',
      httpStatus: 409,
      message: 'Bring it back',
      retryAfter: 5,
      securityIncident: false,
    })
    expect(errors.codes.get('CANCELLED')?.httpStatus).toBe(499)
    expect(errors.retry).toMatchObject({
      maxRetries: 9,
      backoff: 'linear',
      retryableCodes: ['SERIALIZATION_CONFLICT', 'UNAVAILABLE'],
    })
  })

  test('features as a list or as a mapping', () => {
    const { capabilities } = modelOf({
      'capabilities.yaml':
        'capabilities:\n  adapters:\n    a: { features: [ttl, joins] }\n    b: { features: { joins: true, ttl: false, changes: { fallback: polling } } }\n',
    })
    expect(capabilities).toEqual([
      { name: 'a', features: ['joins', 'ttl'], fallback: {} },
      { name: 'b', features: ['joins'], fallback: { changes: 'polling' } },
    ])
  })

  test('seeds in camelCase and wire form', () => {
    const { seeds } = modelOf({
      ...docWith('  big_one: { type: bigint }\n  at: { type: datetime, required: true }'),
      'seeds/a.yaml':
        'entity: Doc\nrecords:\n  - { big_one: 12345678901234567 }\nmetadata: { skip_if_exists: true, useCurrentTimestamp: true, timestampField: at }\n',
    })
    expect(seeds).toEqual([
      {
        entity: 'Doc',
        records: [{ bigOne: '12345678901234567' }],
        metadata: {
          bootstrap: false,
          skipIfExists: true,
          useCurrentTimestamp: true,
          timestampField: 'at',
        },
        file: 'seeds/a.yaml',
      },
    ])
  })
})

test('five hundred entities load', async () => {
  const text = await readFile(`${reference}entities/core/user.yaml`, 'utf8')
  const files = Array.from({ length: 500 }, (_, index) => ({
    path: `entities/e${index}.yaml`,
    text: text.replace('entity: User', `entity: Thing${index}`).replace('principal: true', ''),
  }))
  const { diagnostics, model } = compileWorkspace(files)
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(model?.entities.size).toBe(500)
})
