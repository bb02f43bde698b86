// schema.prisma to entities: each kind of thing by itself, then whole schemas through every command.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  compileWorkspace,
  getEntity,
  loadWorkspace,
  type Entity,
  type Model,
} from '@proj/dbal-schema'
import { describe, expect, test } from 'vitest'
import { importPrismaSchema } from '../src/prisma-import/import-prisma-schema.ts'
import { dbal, folderWith } from './run-dbal.ts'

const SCHEMAS = fileURLToPath(new URL('schemas/', import.meta.url))

/** The datasource is added where the text has none. */
function importText(text: string, provider = 'postgresql') {
  const source = text.includes('datasource')
    ? text
    : `datasource db {\n  provider = "${provider}"\n}\n${text}`
  const imported = importPrismaSchema([{ name: 'schema.prisma', text: source }], 'schema.prisma')
  const files = imported.entities.map(({ file, yaml }) => ({
    path: `entities/${file}`,
    text: yaml,
  }))
  const { model, diagnostics } = compileWorkspace(files)
  expect(diagnostics).toEqual([])
  return { model: model as Model, remarks: imported.remarks.join('\n') }
}

/** The entity of a model `A` with an id and these lines. */
function importFields(lines: string, provider?: string): Entity & { readonly remarks: string } {
  const { model, remarks } = importText(
    `enum Mood {\n  GOOD\n  BAD @map("not good")\n}\nmodel Thing {\n  id String @id @default(uuid())\n${lines}\n}`,
    provider,
  )
  return { ...getEntity(model, 'Thing'), remarks }
}

describe('fields', () => {
  test.each([
    ['a String', { type: 'text', required: true }],
    ['a String?', { type: 'text', nullable: true }],
    ['a String @unique', { type: 'string', unique: true }],
    ['a String @db.VarChar(40)', { type: 'string', maxLength: 40 }],
    ['a String @db.Uuid', { type: 'uuid' }],
    ['a String @default(uuid())', { type: 'uuid', default: { kind: 'uuid' } }],
    ['a String @default(dbgenerated("gen_random_uuid()")) @db.Uuid', { default: { kind: 'uuid' } }],
    ['a Int @default(3)', { type: 'integer', default: { kind: 'literal', value: 3 } }],
    ['a BigInt @default(9007199254740993)', { default: { value: '9007199254740993' } }],
    ['a Decimal @db.Decimal(10, 2) @default(1.5)', { precision: 10, default: { value: '1.5' } }],
    ['a Decimal @db.Decimal(65, 30)', { type: 'decimal', precision: 38, scale: 30 }],
    ['a Float', { type: 'float' }],
    ['a Boolean @default(false)', { default: { value: false } }],
    ['a Bytes?', { type: 'bytes', nullable: true }],
    ['a Json @default("{\\"b\\": [1]}")', { type: 'json', default: { value: { b: [1] } } }],
    ['a DateTime @default(now())', { type: 'datetime', default: { kind: 'now' } }],
    ['a DateTime @updatedAt', { autoUpdate: true, required: false }],
    ['a DateTime @db.Date @default("2020-01-31T00:00:00Z")', { default: { value: '2020-01-31' } }],
    ['a DateTime @db.Time', { type: 'time' }],
    ['a Mood @default(BAD)', { type: 'enum', values: ['GOOD', 'not good'] }],
    ['a Mood @default(BAD)', { default: { kind: 'literal', value: 'not good' } }],
    ['a Mood[] @default([BAD])', { type: 'json', default: { value: ['not good'] } }],
    ['a String[]', { type: 'json', nullable: false, default: { value: [] } }],
    ['/// What it is\n  a String', { description: 'What it is' }],
  ])('%s', (line, expected) => {
    expect(importFields(`  ${line}`).fields.get('a')).toMatchObject(expected)
  })

  test('a moment of creation is generated; what the caller leaves out stays optional', () => {
    const { fields } = importFields('  createdAt DateTime @default(now())\n  b Int? @default(1)')
    expect(fields.get('createdAt')).toMatchObject({ generated: true, immutable: true })
    expect(fields.get('b')).toMatchObject({ required: false, nullable: true })
  })

  test('ids that the database counts stay integers, and it is said', () => {
    const { model, remarks } = importText(
      'model A {\n  id Int @id @default(autoincrement())\n  n Int @default(autoincrement())\n}',
    )
    const { fields } = getEntity(model, 'A')
    expect(fields.get('id')).toMatchObject({ type: 'integer', primary: true, generated: false })
    expect(fields.get('n')).toMatchObject({ required: true, nullable: false })
    expect(remarks).toContain('A.id, A.n: counted by the database in Prisma')
  })

  test('ids made by nanoid or ulid are filled with uuids where these fit', () => {
    const { fields, remarks } = importFields(
      '  a String @default(nanoid())\n  b String @db.VarChar(21) @default(nanoid())',
    )
    expect(fields.get('a')).toMatchObject({ type: 'string', default: { kind: 'uuid' } })
    expect(fields.get('b')).toMatchObject({ required: true, maxLength: 21 })
    expect(remarks).toContain('Thing.a: filled with uuids')
    expect(remarks).toContain('Thing.b: the default nanoid()')
  })

  test('what the database computes and what Prisma does not know', () => {
    const { fields, remarks } = importFields(
      '  a Int @default(dbgenerated("next()"))\n  b Unsupported("point")?',
    )
    expect(fields.get('a')).toMatchObject({ required: true })
    expect(fields.has('b')).toBe(false)
    expect(remarks).toContain('Thing.b: Prisma does not know the type, so it is left out')
  })
})

describe('names', () => {
  test('a field is called as its column is; a column that has no name here as its field', () => {
    const { fields, remarks } = importFields(
      '  firstName String @map("first_name")\n  mail String @map("e_mail")\n  x String @map("a-b")',
    )
    expect(fields.get('firstName')).toMatchObject({ column: 'first_name' })
    expect(fields.get('eMail')).toMatchObject({ column: 'e_mail' })
    expect(fields.get('x')).toMatchObject({ column: 'x' })
    expect(remarks).toContain('Thing.mail (eMail): called as the column is')
    expect(remarks).toContain('Thing.x: the column cannot keep its name')
  })

  test('entities are in PascalCase over the tables there are, and no two share a name', () => {
    const { model } = importText(
      'model user_accounts {\n  id Int @id\n}\nmodel UserAccounts {\n  id Int @id\n\n  @@map("other")\n}',
    )
    expect([...model.entities.values()].map(({ name, table }) => [name, table])).toEqual([
      ['UserAccounts', 'user_accounts'],
      ['UserAccounts2', 'other'],
    ])
  })

  test('a relation makes way for a column of its name', () => {
    const { model } = importText(`model User {
  id    Int    @id
  posts Post[]
}
model Post {
  id     Int  @id
  by     User @relation(fields: [userId], references: [id])
  userId Int
  other  Int  @map("by")
}`)
    const { relations, fields } = getEntity(model, 'Post')
    expect([...relations.keys()]).toEqual(['user'])
    expect(fields.get('by')?.column).toBe('by')
  })

  test('an accessor that is taken makes way', () => {
    const { model, remarks } = importText(
      ['Capability', 'Person', 'People']
        .map((name) => `model ${name} {\n  id Int @id\n}`)
        .join('\n'),
    )
    expect([...model.accessors.keys()].sort()).toEqual(['capabilityRows', 'people', 'personRows'])
    expect(remarks).toContain('Capability (capabilityRows)')
  })

  test('index names that only one table may have are given once', () => {
    const { model } = importText(
      ['A', 'B']
        .map((name) => `model ${name}x {\n  id Int @id\n  n Int\n\n  @@index([n], map: "by_n")\n}`)
        .join('\n'),
      'mysql',
    )
    const names = [...model.entities.values()].map(({ indexes }) => indexes[0]?.name)
    expect(names[0]).toBe('by_n')
    expect(new Set(names).size).toBe(2)
  })
})

describe('keys and relations', () => {
  test('a foreign key takes the type of what it points at, and both names', () => {
    const { model } = importText(`model User {
  id    String @id @default(cuid())
  posts Post[]
}
model Post {
  id       String  @id @default(uuid(7))
  author   User?   @relation(fields: [authorId], references: [id])
  authorId String?
}`)
    const post = getEntity(model, 'Post')
    expect(post.fields.get('authorId')).toMatchObject({
      type: 'cuid',
      foreignKey: { entity: 'User', field: 'id', onDelete: 'set_null', onUpdate: 'cascade' },
    })
    expect(post.relations.get('author')).toMatchObject({ inverse: 'posts', cardinality: 'one' })
  })

  test('composite keys, and a model without @id', () => {
    const { model, remarks } = importText(`model Line {
  order Int
  pos   Int
  sku   String @db.VarChar(8)

  @@id([order, pos])
  @@unique([order, sku], map: "once")
}
model Token {
  who String
  key String @unique

  @@unique([who, key])
}
model Pair {
  a Int
  b Int

  @@unique([a, b])
}`)
    expect(getEntity(model, 'Line').primaryKey).toEqual(['order', 'pos'])
    expect(getEntity(model, 'Line').indexes).toMatchObject([{ name: 'once', unique: true }])
    expect(getEntity(model, 'Token').primaryKey).toEqual(['key'])
    expect(getEntity(model, 'Pair').primaryKey).toEqual(['a', 'b'])
    expect(remarks).toContain('Token: without @id in Prisma; (key) became the primary key')
  })

  test('a foreign key over several fields is left out, and the one inside it is kept', () => {
    const { model, remarks } = importText(`model Tenant {
  id    Int    @id
  users User[]
  notes Note[]
}
model User {
  tenantId Int
  id       Int
  tenant   Tenant @relation(fields: [tenantId], references: [id])
  notes    Note[]

  @@id([tenantId, id])
}
model Note {
  id       Int    @id
  tenantId Int
  userId   Int
  user     User   @relation(fields: [tenantId, userId], references: [tenantId, id])
  tenant   Tenant @relation(fields: [tenantId], references: [id])
}`)
    expect([...getEntity(model, 'Note').relations.keys()]).toEqual(['tenant'])
    expect(remarks).toContain('Note.user: a foreign key has one field here')
  })

  test('an implicit many-to-many relation becomes an entity over the table that Prisma made', () => {
    const { model, remarks } = importText(`model Post {
  id   String @id @default(uuid())
  tags Tag[]
}
model Tag {
  id    Int    @id
  posts Post[]
}`)
    const tagging = getEntity(model, 'PostToTag')
    expect(tagging).toMatchObject({ table: '_PostToTag', primaryKey: ['a', 'b'] })
    expect(tagging.fields.get('a')).toMatchObject({ column: 'A', type: 'uuid' })
    expect(tagging.fields.get('b')).toMatchObject({ column: 'B', type: 'integer' })
    expect(getEntity(model, 'Post').relations.get('tags')).toMatchObject({ target: 'PostToTag' })
    expect(remarks).toContain('a many-to-many relation became the entity PostToTag')
  })

  test('an entity that points at itself, once and many times', () => {
    const { model } = importText(`model Person {
  id        Int      @id
  bossId    Int?
  boss      Person?  @relation("Boss", fields: [bossId], references: [id])
  team      Person[] @relation("Boss")
  following Person[] @relation("Follows")
  followers Person[] @relation("Follows")
}`)
    expect([...getEntity(model, 'Person').relations.keys()].sort()).toEqual([
      'boss',
      'followers',
      'following',
      'team',
    ])
    expect(getEntity(model, 'Follows').relations.size).toBe(2)
  })

  test('actions that cannot hold become restrict', () => {
    const { model, remarks } = importText(`model A {
  id Int @id
  bs B[]
}
model B {
  id  Int @id
  aId Int
  a   A   @relation(fields: [aId], references: [id], onDelete: SetDefault)
}`)
    expect(getEntity(model, 'B').fields.get('aId')?.foreignKey?.onDelete).toBe('restrict')
    expect(remarks).toContain('B.a: set_default cannot hold')
  })
})

test('a schema of Prisma 6, with its urls, and one with views', () => {
  const imported = importPrismaSchema(
    [{ name: 'shop', text: readFileSync(join(SCHEMAS, 'shop.prisma'), 'utf8') }],
    'shop',
  )
  expect(imported).toMatchObject({ provider: 'postgresql', urlVariable: 'SHOP_DATABASE_URL' })
  const { model, remarks } = importText(readFileSync(join(SCHEMAS, 'legacy.prisma'), 'utf8'))
  expect([...model.entities.keys()]).toEqual(['Follows', 'Letters', 'MemberAccounts'])
  expect(remarks).toContain('recent_letters: a view, which is left out')
})

test('what Prisma does not describe, and what has no counterpart, is said', () => {
  const { model, remarks } = importText(`datasource db {
  provider = "postgresql"
  schemas  = ["base", "public"]
}
model Person {
  id     Int     @id
  mail   String  @unique @db.Citext
  secret String? @ignore
  note   String? // @ignore it
  name   String  @default("// @ignore")
  place  Unsupported("point")?

  @@index([name(sort: Desc)])
  @@index([id], type: Hash)
  @@schema("base")
}
model Old {
  id Int

  @@ignore
  @@schema("public")
}`)
  expect([...model.entities.keys()]).toEqual(['Person'])
  expect([...getEntity(model, 'Person').fields.keys()]).toEqual(['id', 'mail', 'note', 'name'])
  expect(getEntity(model, 'Person').indexes.map(({ kind }) => kind)).toContain('hash')
  expect(remarks).toContain('Old, Person.secret: marked as ignored, so it is left out')
  expect(remarks).toContain('Person.place: Prisma does not know the type')
  expect(remarks).toContain('Person: in the schema "base" of the database')
  expect(remarks).toContain('Person.mail: compared without regard to case in Prisma')
  expect(remarks).toContain('Person (name): an index keeps its fields')
})

test.concurrent('a schema in several files is a folder', async () => {
  const cwd = folderWith({
    'prisma/schema.prisma':
      'datasource db {\n  provider = "sqlite"\n}\nenum Mood {\n  GOOD\n  BAD\n}\n',
    'prisma/models/user.prisma':
      'model User {\n  id   String @id @default(uuid())\n  mood Mood\n  cats Cat[]\n}\n',
    'prisma/models/cat.prisma':
      'model Cat {\n  id Int @id\n  userId String\n  user User @relation(fields: [userId], references: [id])\n}\n',
    'broken/a.prisma': 'model A {\n  id Nope @id\n}\n',
    'empty/README.md': '',
  })
  const init = (...args: string[]) => dbal(['init', ...args], { cwd })
  const [made, part, broken, empty] = await Promise.all([
    init('made', '--from-prisma', 'prisma'),
    init('part', '--from-prisma', 'prisma/schema.prisma'),
    init('b', '--from-prisma', 'broken'),
    init('e', '--from-prisma', 'empty'),
  ])
  expect(made.code).toBe(0)
  const { model, diagnostics } = await loadWorkspace(join(cwd, 'made', 'dbal'))
  expect(diagnostics).toEqual([])
  expect([...(model?.entities.keys() ?? [])]).toEqual(['Cat', 'User'])
  expect([part.code, broken.code, empty.code]).toEqual([2, 2, 2])
  expect(part.stderr).toContain('give the folder that holds them all')
  expect(broken.stderr).toContain('a.prisma:2')
  expect(empty.stderr).toBe('error: empty holds no .prisma files\n')
})

test('a large schema is imported in a moment', () => {
  const models = Array.from(
    { length: 150 },
    (_, i) =>
      `model Part${i} {\n  id Int @id\n  name String\n  upId Int?\n  up Part${i}? @relation("p${i}", fields: [upId], references: [id])\n  parts Part${i}[] @relation("p${i}")\n}`,
  )
  const { model } = importText(models.join('\n'))
  expect(model.entities.size).toBe(150)
})

// A row that needs no other.
const FIRST_ROW = {
  blog: ['User', { id: 1, email: 'ada@example.com' }],
  shop: ['Product', { sku: 'A-1', title: 'Engine', description: 'Analytical', price: '9.50' }],
  auth: ['User', { email: 'ada@example.com' }],
} as const

test.concurrent.each(Object.keys(FIRST_ROW) as (keyof typeof FIRST_ROW)[])(
  '%s.prisma goes through every command',
  async (name) => {
    const cwd = folderWith()
    const made = await dbal(['init', '--from-prisma', join(SCHEMAS, `${name}.prisma`)], { cwd })
    expect(made).toMatchObject({ code: 0 })
    expect(made.stderr).toContain('no entity has an acl')
    expect((await loadWorkspace(join(cwd, 'dbal'))).diagnostics).toEqual([])
    const database = ['--url', 'file:dev.db']
    const [codegen, push] = await Promise.all([
      dbal(['codegen'], { cwd }),
      dbal(['push', ...database], { cwd }),
    ])
    expect([codegen.code, push.code]).toEqual([0, 0])
    const [entity, row] = FIRST_ROW[name]
    const create = ['call', `${entity}.create`, JSON.stringify(row), '--as', 'system', ...database]
    const created = await dbal(create, { cwd })
    expect(created.code).toBe(0)
    expect(JSON.parse(created.stdout)).toMatchObject(row)
  },
)
