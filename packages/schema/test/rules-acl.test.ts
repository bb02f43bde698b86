import { describe, expect, it } from 'vitest'
import { brief, graph, readAcl, scope, withOwner } from './rules-fixture.ts'

const OWN = 'ownerId = $user.id'

describe('acl', () => {
  it.each([
    ['anyone', 'read: { public: true }', ['acl:Page.read.0: read+list: grant everybody']],
    [
      'a role and those above',
      'create: { moderator: true }',
      ['acl:Page.create.0: create: grant admin, moderator'],
    ],
    [
      'exactly these',
      'create: { role: [user, admin] }',
      ['acl:Page.create.0: create: grant admin, user'],
    ],
    ['exactly one', 'create: { role: user }', ['acl:Page.create.0: create: grant user']],
    [
      'exactly the anonymous',
      'create: { role: [public] }',
      ['acl:Page.create.0: create: grant public'],
    ],
    [
      'the owner',
      'update: { self: true }',
      [`acl:Page.update.0: update: grant everybody where ${OWN}`],
    ],
    ['the system', 'create: { system: true }', ['acl:Page.create.0: create: grant system']],
    [
      'a step of the ladder',
      'delete: { min_level: 2 }',
      ['acl:Page.delete.0: delete: grant admin, moderator'],
    ],
    ['the lowest step', 'delete: { min_level: 0 }', ['acl:Page.delete.0: delete: grant everybody']],
    ['nobody', 'delete: false', ['acl:Page.delete.0: delete: never']],
    ['nobody reads, so nobody lists', 'read: false', ['acl:Page.read.0: read+list: never']],
    [
      'a key that is false',
      'create: { user: false, admin: true }',
      ['acl:Page.create.0: create: grant admin'],
    ],
    [
      'list of its own',
      'read: { self: true }\nlist: { admin: true }',
      [`acl:Page.read.0: read: grant everybody where ${OWN}`, 'acl:Page.list.0: list: grant admin'],
    ],
    [
      'list that nobody may',
      'list: false\nread: { public: true }',
      ['acl:Page.list.0: list: never', 'acl:Page.read.0: read: grant everybody'],
    ],
    [
      'several keys are alternatives',
      'read: { self: true, admin: true, system: true }',
      [
        `acl:Page.read.0: read+list: grant everybody where ${OWN}`,
        'acl:Page.read.1: read+list: grant admin',
        'acl:Page.read.2: read+list: grant system',
      ],
    ],
    [
      'a row level narrows self',
      "update: { self: true, row_level: 'level < 3', moderator: true }",
      [
        `acl:Page.update.0: update: grant everybody where ${OWN} AND level < 3`,
        'acl:Page.update.1: update: grant admin, moderator',
      ],
    ],
    [
      'without self it narrows every grant beside it, the system excepted',
      "update: { user: true, role: [public], system: true, row_level: 'level < 3' }",
      [
        'acl:Page.update.0: update: grant admin, moderator, user where level < 3',
        'acl:Page.update.1: update: grant public where level < 3',
        'acl:Page.update.2: update: grant system',
      ],
    ],
    [
      'self: false narrows nothing',
      "update: { self: false, user: true, row_level: 'level < 3' }",
      ['acl:Page.update.0: update: grant admin, moderator, user where level < 3'],
    ],
    [
      'fields of a reader',
      'read: { user: true, fields: [title, owner_id] }',
      [
        'acl:Page.read.0: read+list: grant admin, moderator, user read [ownerId, title] filter [ownerId, title] sort [ownerId, title] aggregate [ownerId, title]',
      ],
    ],
    [
      'fields of a writer',
      'update: { user: true, fields: [title] }',
      ['acl:Page.update.0: update: grant admin, moderator, user update [title]'],
    ],
    [
      'writable fields',
      'create: { user: true, writable_fields: [title] }',
      ['acl:Page.create.0: create: grant admin, moderator, user create [title]'],
    ],
    [
      'the full form',
      "create: { role: [user], row_level_filter: 'level < 3', set: { owner_id: $user.id, title: x, createdAt: $now, views: 7, isPublished: false } }",
      [
        'acl:Page.create.0: create: grant user where level < 3 set createdAt=$now, isPublished=false, ownerId=$user.id, title="x", views=7',
      ],
    ],
    [
      'the full form without a role is for everybody',
      "read: { row_level_filter: 'isPublished = true' }",
      ['acl:Page.read.0: read+list: grant everybody where isPublished = true'],
    ],
    [
      'a filter narrows every grant',
      "delete: { self: true, admin: true, row_level_filter: 'level < 3', cascade: system }",
      [
        `acl:Page.delete.0: delete: grant everybody where ${OWN} AND level < 3 cascade system`,
        'acl:Page.delete.1: delete: grant admin where level < 3 cascade system',
      ],
    ],
    [
      'a check of the row as it will be',
      "update: { role: [user], row_level_filter: 'level = 1', check: 'level >= before(level)' }",
      ['acl:Page.update.0: update: grant user where level = 1 check level >= before(level)'],
    ],
    [
      'a row that is made is its own in no other state',
      "create: { self: true, row_level: 'level = 1', check: 'views = 0', admin: true }",
      [
        `acl:Page.create.0: create: grant everybody where ${OWN} AND level = 1 check ${OWN} AND level = 1 AND views = 0`,
        'acl:Page.create.1: create: grant admin check views = 0',
      ],
    ],
    ['a deny', 'delete: { role: [user], effect: deny }', ['acl:Page.delete.0: delete: deny user']],
    [
      'a fence',
      "read: { effect: require, row_level_filter: 'level = $user.level' }",
      ['acl:Page.read.0: read+list: require everybody where level = $user.level'],
    ],
    [
      'a list of rules',
      "read: [{ role: [user], row_level_filter: 'level = 1' }, { admin: true }]",
      [
        'acl:Page.read.0: read+list: grant user where level = 1',
        'acl:Page.read.1: read+list: grant admin',
      ],
    ],
    [
      'a predicate that is a constant',
      'read: { user: true, row_level: true }',
      ['acl:Page.read.0: read+list: grant admin, moderator, user'],
    ],
    [
      'a constant that holds never',
      'read: { user: true, row_level: false }',
      ['acl:Page.read.0: read+list: grant admin, moderator, user where false'],
    ],
  ])('%s: %s', (_, text, rules) => {
    const normalised = readAcl(text)
    expect(normalised.problems).toEqual([])
    expect(brief(normalised)).toEqual(rules)
  })

  it('keeps uses apart in the full form', () => {
    const { rules, problems } = readAcl(
      'read: { role: [user], fields: { read: [id, title], filter: [title], sort: [], aggregate: [level] } }',
    )
    expect(problems).toEqual([])
    expect(rules[0]?.fields).toEqual({
      read: ['id', 'title'],
      filter: ['title'],
      sort: [],
      aggregate: ['level'],
    })
  })

  it('takes the roles of a graph', () => {
    const read = readAcl('create: { clerk: true, buyer: true }', { ...scope, roles: graph })
    expect(brief(read)).toEqual([
      'acl:Page.create.0: create: grant clerk, manager',
      'acl:Page.create.1: create: grant buyer, manager',
    ])
  })

  it('points at what it was made from', () => {
    const { rules } = readAcl('read:\n  self: true\n  admin: true')
    expect(rules.map(({ source }) => source)).toMatchObject([
      { file: 'rules.yaml', line: 2, column: 3 },
      { file: 'rules.yaml', line: 3, column: 3 },
    ])
  })
})

describe('self', () => {
  it('is the row itself on the user entity', () => {
    expect(brief(readAcl('read: { self: true }', scope, 'User'))).toEqual([
      'acl:User.read.0: read+list: grant everybody where id = $user.id',
    ])
  })

  it('takes the claim of the owner', () => {
    const named = withOwner({ field: 'title', claim: 'username' })
    const { rules } = readAcl('read: { self: true }', named)
    expect(rules[0]?.where).toEqual({
      kind: 'compare',
      op: '=',
      left: { kind: 'field', path: [], field: 'title', type: 'string' },
      right: { kind: 'user', name: 'username', type: 'string' },
    })
  })

  it('never holds where nobody owns a row', () => {
    const { rules } = readAcl('read: { self: true }', withOwner(undefined))
    expect(rules).toMatchObject([{ where: { kind: 'false' } }])
  })

  it.each([undefined, { field: 'ownerId', claim: 'id', guessed: true } as const])(
    'is the row level beside it where the owner is at best guessed',
    (owner) => {
      const text = "read: { self: true, row_level: 'owner.username = $user.username', admin: true }"
      expect(brief(readAcl(text, withOwner(owner)))).toEqual([
        'acl:Page.read.0: read+list: grant everybody where owner.username = $user.username',
        'acl:Page.read.1: read+list: grant admin',
      ])
    },
  )

  it('is a guess where there is nothing better', () => {
    const guessed = withOwner({ field: 'ownerId', claim: 'id', guessed: true })
    expect(brief(readAcl('read: { self: true }', guessed))).toEqual([
      `acl:Page.read.0: read+list: grant everybody where ${OWN}`,
    ])
  })
})

describe('faults of an acl', () => {
  it.each([
    [
      'an unknown action',
      'reed: { admin: true }',
      ['unknown-action «reed»'],
      'did you mean `read`?',
    ],
    [
      'an operation for an action',
      'count: { admin: true }',
      ['unknown-action «count»'],
      '`count` is governed by `list`',
    ],
    [
      'an unknown role',
      'read: { role: [admin, moderatr] }',
      ['unknown-role «moderatr»'],
      'did you mean `moderator`?',
    ],
    [
      'an unknown role as a key',
      'read: { amdin: true }',
      ['unknown-role «amdin»'],
      'did you mean `admin`?',
    ],
    [
      'a role that is none',
      'read: { role: [system] }',
      ['unknown-role «system»'],
      'write `system: true`',
    ],
    [
      'a role near no other',
      'read: { librarian: true }',
      ['unknown-role «librarian»'],
      'known: public, user, moderator, admin',
    ],
    [
      'a misspelt key',
      "read: { self: true, row_lvel: 'level = 1' }",
      ['unknown-key «row_lvel»'],
      'did you mean `row_level`?',
    ],
    ['a misspelt self', 'read: { slef: true }', ['unknown-key «slef»'], 'did you mean `self`?'],
    [
      'keys of a policy',
      'read: { admin: true, operations: [read] }',
      ['unknown-key «operations»'],
      undefined,
    ],
    [
      'a value that is no boolean',
      'read: { admin: yes please }',
      ['bad-value «yes please»'],
      undefined,
    ],
    ['true', 'read: true', ['bad-value «true»'], 'write `{ public: true }`'],
    ['a word', 'read: admin', ['bad-value «admin»'], 'write `{ admin: true }`'],
    ['nothing', 'read: null', ['bad-value «null»'], undefined],
    ['a step beyond the ladder', 'read: { min_level: 4 }', ['bad-value «4»'], undefined],
    ['half a step', 'read: { min_level: 1.5 }', ['bad-value «1.5»'], undefined],
    ['roles that are none', 'read: { role: [3] }', ['bad-value «3»'], undefined],
    ['roles as a mapping', 'read: { role: { a: 1 } }', ['bad-value «{ a: 1 }»'], undefined],
    [
      'an unknown effect',
      'read: { admin: true, effect: grnt }',
      ['bad-value «grnt»'],
      'did you mean `grant`?',
    ],
    [
      'an unknown cascade',
      'delete: { admin: true, cascade: all }',
      ['bad-value «all»'],
      'known: check, system',
    ],
    [
      'an unknown field',
      'read: { admin: true, fields: [titel] }',
      ['unknown-field «titel»'],
      'did you mean `title`?',
    ],
    [
      'an unknown use',
      'read: { admin: true, fields: { reed: [title] } }',
      ['unknown-key «reed»'],
      'did you mean `read`?',
    ],
    [
      'a predicate that is a list',
      'read: { admin: true, row_level: [1] }',
      ['bad-value «[1]»'],
      undefined,
    ],
    [
      'a fault in a predicate',
      'read: { admin: true, row_level: ownrId = $user.id }',
      ['unknown-field «ownrId»'],
      'did you mean `owner_id`?',
    ],
    [
      'before where nothing was',
      'read: { admin: true, row_level: before(level) = 1 }',
      ['not-allowed-here «before(level)»'],
      undefined,
    ],
    [
      'a preset of an unknown field',
      'create: { admin: true, set: { titel: x } }',
      ['unknown-field «titel»'],
      'did you mean `title`?',
    ],
    [
      'a preset of another type',
      'create: { admin: true, set: { level: x } }',
      ['type-mismatch «x»'],
      undefined,
    ],
    [
      'a preset of no value of the enum',
      'create: { admin: true, set: { status: darft } }',
      ['bad-literal «darft»'],
      'did you mean `draft`?',
    ],
    [
      'a preset from an unknown claim',
      'create: { admin: true, set: { title: $user.usernam } }',
      ['unknown-claim «$user.usernam»'],
      'did you mean `username`?',
    ],
    [
      'a preset from a claim of another type',
      'create: { admin: true, set: { level: $user.username } }',
      ['type-mismatch «$user.username»'],
      undefined,
    ],
    [
      'a preset from more than a value',
      'create: { admin: true, set: { title: "$user.username OR 1 = 1" } }',
      ['bad-value «"$user.username OR 1 = 1"»'],
      undefined,
    ],
    [
      'a preset that is a list',
      'create: { admin: true, set: { title: [x] } }',
      ['bad-value «[x]»'],
      undefined,
    ],
    [
      'presets that are a list',
      'create: { admin: true, set: [title] }',
      ['bad-value «[title]»'],
      undefined,
    ],
    ['nobody', 'read: {}', ['warning:grants-nothing «{}»'], undefined],
    [
      'a row level for nobody',
      "read: { row_level: 'level = 1' }",
      ["warning:grants-nothing «{ row_level: 'level = 1' }»"],
      undefined,
    ],
    [
      'a check of a reader',
      'read: { admin: true, check: level = 1 }',
      ['warning:has-no-effect «check»'],
      undefined,
    ],
    [
      'presets of a reader',
      'read: { admin: true, set: { level: 1 } }',
      ['warning:has-no-effect «set»'],
      undefined,
    ],
    [
      'a cascade of a writer',
      'update: { admin: true, cascade: check }',
      ['warning:has-no-effect «cascade»'],
      undefined,
    ],
    [
      'fields of who deletes',
      'delete: { admin: true, fields: [title] }',
      ['warning:has-no-effect «fields»'],
      undefined,
    ],
    [
      'writable fields of a reader',
      'read: { admin: true, writable_fields: [title] }',
      ['warning:has-no-effect «writable_fields»'],
      undefined,
    ],
    [
      'a use of another action',
      'read: { admin: true, fields: { update: [title] } }',
      ['warning:has-no-effect «update»'],
      undefined,
    ],
    [
      'a deny of the system',
      'read: { system: true, effect: deny }',
      ['warning:has-no-effect «system»'],
      undefined,
    ],
  ])('%s: %s', (_, text, problems, hint) => {
    const read = readAcl(text)
    expect(read.problems).toEqual(problems)
    if (hint !== undefined) expect(read.hints).toEqual([hint])
  })

  it('hides no fault behind another', () => {
    const text = [
      'reed: { amdin: true, fields: [titel] }',
      'update:',
      '  role: [usr]',
      "  row_level: level = 'x' AND lvl = 1",
      '  fields: [titel]',
      '  set: { level: x, nope: 1 }',
    ].join('\n')
    expect(readAcl(text).problems).toEqual([
      'unknown-action «reed»',
      'unknown-role «amdin»',
      'unknown-field «titel»',
      'unknown-role «usr»',
      "type-mismatch «level = 'x'»",
      'unknown-field «lvl»',
      'unknown-field «titel»',
      'type-mismatch «x»',
      'unknown-field «nope»',
    ])
  })

  it('lets null be preset where it may be stored', () => {
    expect(readAcl('create: { admin: true, set: { title: null } }').rules[0]?.set).toEqual([
      { field: 'title', value: { kind: 'literal', value: null } },
    ])
  })
})
