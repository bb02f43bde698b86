// What contracts in the wild hold beside the format: read where it has a meaning, named where it has none.
import { describe, expect, test } from 'vitest'
import { findRuleFamily, getEntity, type Entity, type Model } from '../src/index.ts'
import { brief, compileTexts, docWith } from './marked-workspace.ts'

function modelOf(texts: Readonly<Record<string, string>>): Model {
  const { model, diagnostics } = compileTexts(texts)
  if (model === undefined) throw new Error(diagnostics.map(brief).join('\n'))
  return model
}

function warningsOf(texts: Readonly<Record<string, string>>): string[] {
  const { model, diagnostics } = compileTexts(texts)
  expect(model).toBeDefined()
  return diagnostics.map(({ code, severity }) => `${severity} ${code}`)
}

function hintsOf(texts: Readonly<Record<string, string>>): (string | undefined)[] {
  return compileTexts(texts).diagnostics.map(({ hint }) => hint)
}

describe('acl_required', () => {
  const albumTrack = (operations: string): Readonly<Record<string, string>> => ({
    'entities/album_track.yaml': `entity: AlbumTrack
fields: { id: { type: uuid, primary: true, generated: true }, title: { type: string } }
operations:
${operations}`,
  })
  const verbs = (operations: string): unknown =>
    [...getEntity(modelOf(albumTrack(operations)), 'AlbumTrack').operations.values()].find(
      ({ declared }) => declared,
    )?.verbs

  test.each(['album', 'track', 'album_track', 'albumTrack', 'album-tracks'])(
    'the label %s is the entity itself',
    (label) => {
      const operations = `  go: { acl_required: ["${label}:update"] }`
      expect(compileTexts(albumTrack(operations)).diagnostics).toEqual([])
      expect(verbs(operations)).toEqual([{ entity: 'AlbumTrack', action: 'update' }])
    },
  )

  test('another label is a warning, and the acl of the entity itself decides', () => {
    const operations = '  go: { acl_required: ["tracks:read"] }'
    expect(warningsOf(albumTrack(operations))).toEqual(['warning unknown-entity'])
    expect(verbs(operations)).toEqual([{ entity: 'AlbumTrack', action: 'read' }])
  })

  test('the name of another entity is that entity', () => {
    expect(verbs('  go: { acl_required: ["user:read"] }')).toEqual([
      { entity: 'User', action: 'read' },
    ])
  })

  test('write is what a standard operation writes, else create and update', () => {
    const both = [
      { entity: 'AlbumTrack', action: 'create' },
      { entity: 'AlbumTrack', action: 'update' },
    ]
    expect(verbs('  go: { acl_required: ["album:write"] }')).toEqual(both)
    expect(verbs('  upsert: { acl_required: [write] }')).toEqual(both)
    expect(verbs('  create: { acl_required: ["album:write"] }')).toEqual([both[0]])
    expect(verbs('  delete: { acl_required: [write] }')).toEqual([
      { entity: 'AlbumTrack', action: 'delete' },
    ])
    expect(verbs('  read: { acl_required: [write] }')).toEqual(both)
  })
})

describe('index names', () => {
  const zoned = (name: string): Model =>
    modelOf({
      ...docWith('  a: { type: string }', 'indexes: [{ fields: [a], name: newest }]'),
      'entities/zone.yaml': `entity: Zone
fields: { id: { type: uuid, primary: true }, b: { type: string }, c: { type: string } }
indexes: [{ fields: [b], name: ${name} }, { fields: [b, c], unique: true, name: Newest }]
`,
    })
  const namesOf = (entity: Entity): string[] => entity.indexes.map(({ name }) => name)

  test('a name that another entity has is completed with the table', () => {
    const model = zoned('oldest')
    expect(namesOf(getEntity(model, 'Doc'))).toEqual(['newest'])
    expect(namesOf(getEntity(model, 'Zone'))).toEqual(['oldest', 'zones_Newest_key'])
  })

  test('and the completed one is unique as well', () => {
    expect(namesOf(getEntity(zoned('zones_Newest_key'), 'Zone'))).toEqual([
      'zones_Newest_key',
      'zones_Newest_2_key',
    ])
  })

  test('a description of an index is for people', () => {
    expect(
      warningsOf(
        docWith('  a: { type: string }', 'indexes: [{ fields: [a], description: for lists }]'),
      ),
    ).toEqual([])
  })
})

describe('documents that say more than is read', () => {
  test('a list of entity files and the files themselves', () => {
    const texts = {
      'entities/all.yaml':
        'entities:\n  - $ref: ./user.yaml\n---\nentity: Extra\nfields: { id: { type: uuid, primary: true } }\n',
    }
    expect(warningsOf(texts)).toEqual(['warning has-no-effect'])
    expect([...modelOf(texts).entities.keys()]).toEqual(['Extra', 'User'])
  })

  test.each([
    'entities: [{ name: Inline, fields: {} }]',
    'entities: [{ $ref: ./user.yaml, as: User }]',
    'entities: [{ $ref: ./user.yaml }]\nfields: {}',
    'entities: { user: ./user.yaml }',
  ])('%s is no such list', (text) => {
    const { model, diagnostics } = compileTexts({ 'entities/all.yaml': `${text}\n` })
    expect(model).toBeUndefined()
    expect(diagnostics.map(({ code }) => code)).toContain('unknown-key')
  })

  test('relations in a block of their own give none', () => {
    const texts = docWith(
      '  ownerId: { type: uuid, foreign_key: { entity: User, field: id } }',
      'relations: { keeper: { type: belongs-to, entity: User, foreign_key: ownerId } }',
    )
    expect(warningsOf(texts)).toEqual(['warning has-no-effect'])
    expect([...getEntity(modelOf(texts), 'Doc').relations.keys()]).toEqual(['owner'])
  })

  test('capabilities: prose beside the features, and manual migrations are none', () => {
    const texts = {
      'capabilities.yaml': `capabilities:
  description: what the stores of this shop can do
  capability_detection: { at_start: true }
  version_compatibility: { since: "1.0" }
  adapters:
    sqlite:
      display_name: A file
      supported_databases: [sqlite]
      limitations: [one writer]
      performance: { reads: good }
      features: { joins: true, ttl: false, migrations: manual }
`,
    }
    expect(warningsOf(texts)).toEqual(['warning has-no-effect', 'warning has-no-effect'])
    expect(modelOf(texts).capabilities).toEqual([
      { name: 'sqlite', features: ['joins'], fallback: {} },
    ])
  })

  test('errors: the shape of details, and a pause that each error carries itself', () => {
    const texts = {
      'errors.yaml': `error_codes:
  VALIDATION_ERROR: { code: 422, message: No, fields: [{ field: string, error: string }] }
  RATE_LIMIT_EXCEEDED: { code: 429, message: Slow down, retry_after: integer }
`,
    }
    expect(warningsOf(texts)).toEqual([])
    const { codes } = modelOf(texts).errors
    expect(codes.get('RATE_LIMIT_EXCEEDED')).toEqual({
      code: 'RATE_LIMIT_EXCEEDED',
      httpStatus: 429,
      message: 'Slow down',
      securityIncident: false,
    })
    const { model } = compileTexts({ 'errors.yaml': 'error_codes: { X: { retry_after: soon } }\n' })
    expect(model).toBeUndefined()
  })

  test('seeds: a package, and that references are checked', () => {
    const texts = {
      'seeds/users.yaml':
        'entity: User\npackage: people\nrecords: [{ username: ada }]\nmetadata: { bootstrap: true, validateReferences: true }\n',
    }
    expect(warningsOf(texts)).toEqual([])
    expect(modelOf(texts).seeds).toMatchObject([{ records: [{ username: 'ada' }] }])
  })
})

test('a seed that asks for the time of loading may write 0 or nothing for it', () => {
  const records = (metadata: string): unknown =>
    modelOf({
      'entities/event.yaml':
        'entity: Event\nfields: { id: { type: string, primary: true }, at: { type: bigint }, n: { type: integer } }\n',
      'seeds/events.yaml': `entity: Event
records: [{ id: a, at: 0, n: 0 }, { id: b, at: null }, { id: c, at: 5 }, { id: d }]
metadata: { ${metadata} }
`,
    }).seeds[0]?.records
  expect(records('useCurrentTimestamp: true, timestampField: at')).toEqual([
    { id: 'a', n: 0 },
    { id: 'b' },
    { id: 'c', at: '5' },
    { id: 'd' },
  ])
  expect(records('timestampField: at')).toMatchObject([{ id: 'a', at: '0' }, { at: null }, {}, {}])
})

describe('what is refused says what was meant', () => {
  test.each([
    ['datetime', 'now()', 'write `{ now: true }`'],
    ['date', 'CURRENT_TIMESTAMP', 'write `{ now: true }`'],
    ['bigint', 'now', 'write `{ now: true }`'],
    ['uuid', 'uuid()', 'write `{ uuid: true }`'],
    ['uuid', 'gen_random_uuid()', 'write `{ uuid: true }`'],
    ['boolean', 'yes', 'YAML knows `true` and `false`, without quotes'],
    ['integer', 'now()', undefined],
  ])('a %s with the default %s', (type, value, hint) => {
    expect(hintsOf(docWith(`  a: { type: ${type}, default: ${value} }`))).toEqual([hint])
  })

  test('a foreign key as a word', () => {
    expect(hintsOf(docWith('  a: { type: uuid, foreign_key: User.id }'))).toEqual([
      'the short form is `references: <Entity>.<field>`',
    ])
  })

  test.each([
    ['read: [admin]', 'write `{ admin: true }`'],
    ['read: admin', 'write `{ admin: true }`'],
    ['read: "a role"', 'write `{ <role>: true }`'],
  ])('acl: { %s }', (text, hint) => {
    expect(hintsOf(docWith('  a: { type: string }', `acl: { ${text} }`))).toEqual([hint])
  })
})

test('the families of validation rules', () => {
  const entity = getEntity(
    modelOf(
      docWith(
        '  short_name: { type: string }\n  edition: { type: integer }',
        'indexes: [{ fields: [short_name, edition], unique: true }]',
      ),
    ),
    'Doc',
  )
  const found = (rule: string): unknown => findRuleFamily(entity, rule)
  expect(found('short_name_unique')).toEqual({ kind: 'unique', fields: ['shortName'] })
  expect(found('shortName_format')).toEqual({ kind: 'format', fields: ['shortName'] })
  expect(found('edition_range')).toEqual({ kind: 'range', fields: ['edition'] })
  expect(found('short_name_edition_unique')).toEqual({
    kind: 'unique',
    fields: ['shortName', 'edition'],
  })
  for (const rule of ['short_name_edition_range', 'name_unique', 'unique', 'edition_valid', 'x'])
    expect(found(rule)).toBeUndefined()
})
