// Every code of the loader at least once, at the token it is about: ⟦…⟧ in the text.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compileWorkspace } from '../src/index.ts'
import { BASE, brief, docWith, readMarks } from './marked-workspace.ts'

type Texts = Readonly<Record<string, string>>

const ops = (text: string): Texts => ({
  ...docWith('  title: { type: string }'),
  'operations/doc.ops.yaml': text,
})

const CASES: readonly (readonly [code: string, what: string, texts: Texts])[] = [
  // Text
  ['yaml-syntax', 'a reserved character', { 'roles.yaml': 'roles: [⟦@⟧user]\n' }],
  [
    'yaml-syntax',
    'an alias without its anchor',
    { 'roles.yaml': 'roles: &all [user]\n---\nroles: ⟦*all⟧\n' },
  ],
  ['tab-indent', 'a tab in the indentation', { 'roles.yaml': 'roles:\n⟦\t⟧- user\n' }],
  ['duplicate-key', 'a key twice', { 'roles.yaml': 'roles: [user]\n⟦roles⟧: [admin]\n' }],
  ['bad-key', 'a list as a key', { 'roles.yaml': 'roles: [user]\n? ⟦[a]⟧\n: b\n' }],
  [
    'bad-number',
    'no finite number',
    { 'errors.yaml': 'error_codes: { X: { retry_after: ⟦.inf⟧ } }\n' },
  ],
  ['dangerous-name', '__proto__', docWith('  ⟦__proto__⟧: { type: string }')],
  ['dangerous-name', 'a field', docWith('  ⟦constructor⟧: { type: string }')],
  ['dangerous-name', 'a field in another spelling', docWith('  ⟦_prototype⟧: { type: string }')],
  ['dangerous-name', 'an input', ops('operations: { greet: { input: [⟦constructor⟧] } }')],
  [
    'dangerous-name',
    'a relation',
    docWith(
      '  up: { type: uuid, optional: true, foreign_key: { entity: Doc, field: id, name: ⟦prototype⟧ } }',
    ),
  ],
  [
    'alias-bomb',
    'an alias of its own parent',
    { 'errors.yaml': 'error_handling: &a\n  logging: { x: ⟦*a⟧ }\n' },
  ],
  // Structure
  ['unknown-key', 'a key of a field', docWith('  a: { type: string, ⟦requird⟧: true }')],
  ['unknown-key', 'a key of an operation', ops('operations: { list: { ⟦descripton⟧: x } }')],
  ['missing-key', 'a field without a type', docWith('  ⟦a⟧: { required: true }')],
  ['missing-key', 'an entity without fields', { 'entities/doc.yaml': 'entity: ⟦Doc⟧\n' }],
  [
    'missing-key',
    'a constraint without check',
    docWith('  a: { type: string }', 'constraints: [{ name: ⟦c⟧ }]'),
  ],
  ['wrong-type', 'a quoted boolean', docWith('  a: { type: string, required: ⟦"true"⟧ }')],
  [
    'unknown-value',
    'an index kind',
    docWith('  a: { type: string }', 'indexes: [{ fields: [a], kind: ⟦btre⟧ }]'),
  ],
  [
    'unknown-value',
    'true for an action',
    docWith('  a: { type: string }', 'acl: { read: ⟦true⟧ }'),
  ],
  ['unknown-type', 'a field type', docWith('  a: { type: ⟦strng⟧ }')],
  [
    'unknown-type',
    'an input type',
    ops('operations: { go: { input: [{ name: x, type: ⟦strng⟧ }] } }'),
  ],
  ['unknown-type', 'a claim type', { 'roles.yaml': 'claims: { groups: [⟦strng⟧] }\n' }],
  [
    'unknown-action',
    'an acl action',
    docWith('  a: { type: string }', 'acl: { ⟦reed⟧: { admin: true } }'),
  ],
  [
    'unknown-action',
    'a required verb',
    ops('operations: { go: { acl_required: [⟦"doc:reed"⟧] } }'),
  ],
  [
    'unknown-entity',
    'a label of acl_required that is part of no name',
    ops('operations: { go: { acl_required: [⟦"dok:read"⟧] } }'),
  ],
  [
    'physical-name-taken',
    'an index name of another entity',
    {
      ...docWith(
        '  a: { type: string, index: true }',
        'indexes: [{ fields: [a, id], name: newest }]',
      ),
      'entities/z.yaml':
        'entity: Zone\nfields: { id: { type: uuid, primary: true }, b: { type: string } }\nindexes: [{ fields: [b], name: ⟦NEWEST⟧ }]\n',
    },
  ],
  [
    'physical-name-taken',
    'an index name twice in one entity',
    docWith(
      '  a: { type: string }',
      'indexes: [{ fields: [a], name: same }, { fields: [a, id], name: ⟦same⟧ }]',
    ),
  ],
  [
    'has-no-effect',
    'a list of the files of entities',
    { 'entities/index.yaml': 'version: 1\n⟦entities⟧:\n  - $ref: ./user.yaml\n' },
  ],
  [
    'has-no-effect',
    'relations that are no foreign keys',
    docWith(
      '  owner: { type: string }',
      '⟦relations⟧: { keeper: { type: belongs-to, entity: User, foreign_key: owner } }',
    ),
  ],
  [
    'has-no-effect',
    'a matrix of features',
    { 'capabilities.yaml': 'capabilities:\n  ⟦feature_matrix⟧: { ttl: { supported_by: [x] } }\n' },
  ],
  [
    'unknown-feature',
    'a feature',
    { 'capabilities.yaml': 'adapters: { a: { features: [⟦transactons⟧] } }\n' },
  ],
  ['empty', 'no roles', { 'roles.yaml': 'roles: ⟦[]⟧\n' }],
  [
    'bad-value',
    'a status that is none',
    { 'errors.yaml': 'error_codes: { X: { http_status: ⟦200⟧ } }\n' },
  ],
  // Names
  [
    'bad-entity-name',
    'not PascalCase',
    { 'entities/a.yaml': 'entity: ⟦page_config⟧\nfields: { id: { type: uuid, primary: true } }\n' },
  ],
  [
    'not-applicable',
    'a preset of a field that is filled',
    docWith(
      '  at: { type: datetime, auto_update: true }',
      'acl: { create: { user: true, set: { at: ⟦$now⟧ } } }\n',
    ),
  ],
  ['bad-key', 'a key that is no word to YAML', docWith('  ⟦NULL⟧: { type: string }')],
  [
    'ambiguous-entity',
    'operations beside a file of several entities',
    {
      'entities/all.yaml':
        'entity: Berry\nfields: { id: { type: uuid, primary: true } }\n---\nentity: Apple\nfields: { id: { type: uuid, primary: true } }\n',
      'operations/all.ops.yaml': '⟦operations: { list: {} }⟧\n',
    },
  ],
  [
    'duplicate-entity',
    'a second of the name',
    { 'entities/z.yaml': 'entity: ⟦User⟧\nfields: { id: { type: uuid, primary: true } }\n' },
  ],
  ['bad-name', 'a field with a hyphen', docWith('  ⟦a-b⟧: { type: string }')],
  [
    'bad-name',
    'an error code in small letters',
    { 'errors.yaml': 'error_codes: { ⟦nope⟧: { http_status: 400 } }\n' },
  ],
  ['name-too-long', 'a field of 70 letters', docWith(`  ⟦${'a'.repeat(70)}⟧: { type: string }`)],
  [
    'duplicate-name',
    'one field in two spellings',
    docWith('  a_b: { type: string }\n  ⟦aB⟧: { type: string }'),
  ],
  ['duplicate-name', 'an input twice', ops('operations: { go: { input: [a, ⟦a⟧] } }')],
  [
    'name-taken',
    'an accessor that the client has',
    { 'entities/c.yaml': 'entity: ⟦Capability⟧\nfields: { id: { type: uuid, primary: true } }\n' },
  ],
  [
    'name-taken',
    'an operation that every accessor has',
    ops('operations: { ⟦iterate⟧: { public: true } }'),
  ],
  [
    'physical-name-taken',
    'tables that differ in case',
    {
      'entities/z.yaml':
        'entity: Person\ntable: ⟦USERS⟧\nfields: { id: { type: uuid, primary: true } }\n',
      'entities/user.yaml': `${BASE['entities/user.yaml'] ?? ''}table: users\n`,
    },
  ],
  [
    'relation-name-taken',
    'a relation called like a field',
    docWith('  user: { type: string }\n  ⟦userId⟧: { type: uuid, foreign_key: { entity: User } }'),
  ],
  // Fields
  [
    'required-and-optional',
    'both',
    docWith('  a: { type: string, required: true, ⟦optional⟧: true }'),
  ],
  [
    'never-absent',
    'optional, not nullable, no default',
    docWith('  a: { type: string, ⟦nullable⟧: false }'),
  ],
  ['not-applicable', 'min of a string', docWith('  a: { type: string, ⟦min⟧: 1 }')],
  ['not-applicable', 'a generated string', docWith('  a: { type: string, ⟦generated⟧: true }')],
  ['bad-value', 'a bound of another type', docWith('  a: { type: integer, min: ⟦1.5⟧ }')],
  ['min-above-max', 'bounds', docWith('  a: { type: integer, min: ⟦2⟧, max: 1 }')],
  ['min-above-max', 'lengths', docWith('  a: { type: string, min_length: ⟦300⟧ }')],
  ['enum-without-values', 'none', docWith('  ⟦a⟧: { type: enum }')],
  ['duplicate-value', 'an enum value twice', docWith('  a: { type: enum, values: [x, ⟦x⟧] }')],
  [
    'bad-pattern',
    'a pattern that does not compile',
    docWith("  a: { type: string, pattern: ⟦'['⟧ }"),
  ],
  ['unsafe-pattern', 'nested repetitions', docWith("  a: { type: string, pattern: ⟦'(a+)+b'⟧ }")],
  ['bad-default', 'a default of another type', docWith('  a: { type: integer, default: ⟦x⟧ }')],
  ['bad-default', 'a default above max', docWith('  a: { type: integer, max: 1, default: ⟦2⟧ }')],
  [
    'unused-default',
    'of a generated field',
    docWith('  a: { type: datetime, generated: true, ⟦default⟧: { now: true } }'),
  ],
  ['unknown-claim', 'a default by claim', docWith('  a: { type: uuid, default: { user: ⟦idd⟧ } }')],
  // Keys
  [
    'no-primary-key',
    'none',
    { 'entities/a.yaml': 'entity: ⟦Doc⟧\nfields: { a: { type: uuid } }\n' },
  ],
  ['second-primary-key', 'two', docWith('  ⟦b⟧: { type: uuid, primary: true }')],
  [
    'unknown-field',
    'in an index',
    docWith('  title: { type: string }', 'indexes: [{ fields: [⟦titel⟧] }]'),
  ],
  [
    'unknown-field',
    'never exposed',
    docWith('  title: { type: string }', 'security: { never_expose: [⟦titel⟧] }'),
  ],
  ['unknown-field', 'as owner', docWith('  title: { type: string }', 'owner: ⟦titel⟧')],
  ['unknown-field', 'in a look-up', ops('operations: { ⟦list_by_titel⟧: {} }')],
  [
    'unknown-entity',
    'a foreign key',
    docWith('  a: { type: uuid, foreign_key: { entity: ⟦Usr⟧ } }'),
  ],
  ['unknown-entity', 'an output', ops('operations: { go: { output: ⟦Dok⟧ } }')],
  ['unknown-entity', 'a seed', { 'seeds/a.yaml': 'entity: ⟦Usr⟧\nrecords: []\n' }],
  ['unknown-entity', 'an operations file', { 'operations/a.ops.yaml': '⟦operations: {}⟧\n' }],
  [
    'foreign-key-not-unique',
    'a plain field',
    {
      ...docWith('  a: { type: string }'),
      'entities/x.yaml':
        'entity: X\nfields:\n  id: { type: uuid, primary: true }\n  d: { type: string, foreign_key: { entity: Doc, field: ⟦a⟧ } }\n',
    },
  ],
  [
    'foreign-key-type',
    'a uuid for a string',
    docWith('  a: { type: string, foreign_key: { entity: User, field: ⟦id⟧ } }'),
  ],
  [
    'set-null-not-nullable',
    'a required field',
    docWith(
      '  a: { type: uuid, required: true, foreign_key: { entity: User, on_delete: ⟦set_null⟧ } }',
    ),
  ],
  [
    'set-default-without-default',
    'no default',
    docWith('  a: { type: uuid, foreign_key: { entity: User, on_delete: ⟦set_default⟧ } }'),
  ],
  [
    'conflicting-keys',
    'two foreign keys',
    docWith('  a: { type: uuid, foreign_key: { entity: User }, ⟦references⟧: User.id }'),
  ],
  [
    'conflicting-keys',
    'public and system',
    ops('operations: { go: { ⟦public⟧: true, system_only: true } }'),
  ],
  [
    'redundant-unique',
    'a unique field in a wider index',
    docWith(
      '  a: { type: string, unique: true }\n  b: { type: string }',
      'indexes: [{ fields: [⟦a⟧, b], unique: true }]',
    ),
  ],
  [
    'duplicate-index',
    'the same index twice',
    docWith(
      '  a: { type: string }\n  b: { type: string }',
      'indexes: [{ fields: [a, b] }, { fields: ⟦[a, b]⟧ }]',
    ),
  ],
  [
    'type-mismatch',
    'a ttl that is no moment',
    docWith('  a: { type: string }', 'ttl: { field: ⟦a⟧ }'),
  ],
  [
    'type-mismatch',
    'in a folded predicate',
    docWith(
      '  a: { type: integer }',
      "constraints:\n  - name: c\n    check: >\n      a > 1\n      AND ⟦a = 'x'⟧\n",
    ),
  ],
  [
    'second-principal',
    'two user entities',
    {
      ...docWith('  a: { type: string }', 'principal: true'),
      'entities/user.yaml': `${BASE['entities/user.yaml'] ?? ''}principal: ⟦true⟧\n`,
    },
  ],
  [
    'no-owner',
    'self on what nobody owns',
    docWith('  a: { type: string }', 'acl: { read: { self: ⟦true⟧ } }'),
  ],
  [
    'guessed-owner',
    'self by a field name',
    docWith('  ownerId: { type: uuid }', 'acl: { read: { self: ⟦true⟧ } }'),
  ],
  // Operations
  [
    'duplicate-operation',
    'in two spellings',
    ops('operations:\n  get_x: { public: true }\n  ⟦getX⟧: { public: true }\n'),
  ],
  ['no-tree', 'without a foreign key to itself', ops('operations: { ⟦get_tree⟧: {} }')],
  ['not-unique', 'a look-up by a plain field', ops('operations: { ⟦read_by_title⟧: {} }')],
  [
    'bad-input',
    'a tree of nothing',
    {
      'entities/n.yaml':
        'entity: Node\nfields:\n  id: { type: uuid, primary: true }\n  name: { type: string }\n  parentId: { type: uuid, foreign_key: { entity: Node, name: parent } }\noperations: { ⟦get_tree⟧: { input: [name] } }\n',
    },
  ],
  ['unknown-error-code', 'an error', ops('operations: { list: { errors: [⟦NOT_FOND⟧: x] } }')],
  [
    'unknown-input',
    'a rate limit',
    ops(
      'operations: { go: { input: [a], rate_limit: { max_attempts: 1, window_seconds: 1, key: ⟦$input.b⟧ } } }',
    ),
  ],
  [
    'unknown-field',
    'a validation family',
    ops('operations: { create: { validation: [⟦titel_unique⟧: x] } }'),
  ],
  // Roles, capabilities, seeds
  ['duplicate-role', 'twice', { 'roles.yaml': 'roles: [user, admin, ⟦user⟧]\n' }],
  ['reserved-role', 'system', { 'roles.yaml': 'roles: [user, admin, ⟦system⟧]\n' }],
  [
    'role-cycle',
    'two that inherit each other',
    { 'roles.yaml': 'roles: { ⟦user⟧: { inherits: admin }, admin: { inherits: user } }\n' },
  ],
  [
    'unknown-role',
    'inherited',
    { 'roles.yaml': 'roles: { user: {}, admin: { inherits: [⟦usr⟧] } }\n' },
  ],
  [
    'unused-fallback',
    'of a declared feature',
    { 'capabilities.yaml': 'adapters: { a: { features: [ttl], fallback: { ⟦ttl⟧: x } } }\n' },
  ],
  [
    'missing-value',
    'a record without a required field',
    { 'seeds/a.yaml': 'entity: User\nrecords:\n  - ⟦{ role: user }⟧\n' },
  ],
  [
    'bad-value',
    'a record with a wrong value',
    { 'seeds/a.yaml': 'entity: User\nrecords:\n  - { username: a, id: ⟦x⟧ }\n' },
  ],
  [
    'unknown-field',
    'a record with a wrong field',
    { 'seeds/a.yaml': 'entity: User\nrecords:\n  - { username: a, ⟦rol⟧: user }\n' },
  ],
]

describe('diagnostics', () => {
  test.each(CASES)('%s: %s', (code, _what, texts) => {
    const { files, places } = readMarks({ ...BASE, ...texts })
    const { diagnostics } = compileWorkspace(files)
    const [place] = places
    const found = diagnostics.filter((one) => one.code === code)
    expect(found, diagnostics.map(brief).join('\n')).toHaveLength(1)
    expect(found[0]).toMatchObject({ file: place?.file, line: place?.line, column: place?.column })
    const oneLine = found[0]?.endLine === found[0]?.line
    if (oneLine && code !== 'yaml-syntax') expect(found[0]?.endColumn).toBe(place?.endColumn)
    // One slip is one diagnostic.
    expect(diagnostics.map(brief)).toHaveLength(1)
  })
})

/** Codes that only rules/ and predicate/ report, which have tests of their own. */
const ELSEWHERE = /src\/(?:rules|predicate|compare)\//
/** Codes of the disk and of limits: robustness.test.ts. */
const OTHER_TESTS = [
  'no-workspace',
  'no-entities',
  'unreadable',
  'not-utf8',
  'file-too-large',
  'control-character',
  'too-deep',
  'unknown-file',
]

test('each code of the loader has a case here, and each code a line in the README', () => {
  const root = fileURLToPath(new URL('../', import.meta.url))
  const readme = readFileSync(`${root}README.md`, 'utf8')
  const cased = new Set([...CASES.map(([code]) => code), ...OTHER_TESTS])
  const sources = readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  )
  for (const path of sources) {
    const text = readFileSync(`${root}src/${path}`, 'utf8')
    for (const [, code = ''] of text.matchAll(
      /(?:\.error|\.warn|\.add|efuse)\(\s*'([a-z]+(?:-[a-z0-9]+)*)',/g,
    )) {
      if (!ELSEWHERE.test(`src/${path}`)) expect(cased, `${code} in ${path}`).toContain(code)
      expect(readme, `${code} in ${path}`).toContain(`\`${code}\``)
    }
  }
})
