import { describe, expect, it } from 'vitest'
import { compileWorkspace } from '../src/build/compile-workspace.ts'
import { compareModels } from '../src/compare/compare-models.ts'
import type { ModelChange } from '../src/compare/model-change.ts'
import type { Model } from '../src/model/model.ts'

const FILES: Readonly<Record<string, string>> = {
  'entities/shop.yaml': `entity: User
fields:
  id: { type: uuid, primary: true, generated: true }
  username: { type: string, required: true, unique: true, max_length: 50 }
acl:
  read: { self: true, admin: true }
---
entity: Order
table: shop_orders
optimistic_lock: revision
fields:
  id: { type: uuid, primary: true, generated: true }
  buyer_id: { type: uuid, required: true, foreign_key: { entity: User, field: id, on_delete: cascade } }
  status: { type: enum, values: [draft, placed], default: draft }
  note: { type: string, optional: true, nullable: true, max_length: 100 }
  code: { type: string, optional: true, pattern: '^[a-z]+$' }
  amount: { type: decimal, required: true, precision: 10, scale: 2, min: 0 }
  level: { type: integer, optional: true, min: 1, max: 9 }
  secret: { type: string, optional: true }
  revision: { type: integer, default: 1 }
  made_at: { type: datetime, generated: true }
indexes:
  - { fields: [status] }
  - { fields: [code], unique: true, where: status = 'placed' }
  - { fields: [note, level], unique: true }
constraints:
  - { name: amount_below, check: amount < 100 }
security:
  never_expose: [secret]
acl:
  create: { user: true }
  read: { self: true, row_level: level > 1, admin: true }
  update: { self: true, fields: [note, level] }
  delete: false
operations:
  ship:
    input: { required: [note], optional: [level] }
    output: Order
    acl_required: [order:update]
    rate_limit: { max_attempts: 5, window_seconds: 60 }
    validation: [in_stock: Nothing is left]
    errors: [LOCKED: It is locked]
  list: { max_limit: 50, default_limit: 10, pagination: true }
`,
  'policies/shop.yaml': `rules:
  - { entity: '*', role: [public], operations: [delete], effect: deny }
`,
  'roles.yaml': `roles: [public, user, moderator, admin]
claims: { tenantId: uuid }
`,
  'errors.yaml': `error_codes:
  LOCKED: { code: 423, http_status: 423, message: Locked }
`,
  'capabilities.yaml': `adapters:
  sqlite: { features: [transactions, joins] }
`,
}

function load(edits: readonly (readonly [from: string, to: string])[] = []): Model {
  const used = new Set<string>()
  const files = Object.entries(FILES).map(([path, text]) => ({
    path,
    text: edits.reduce((changed, [from, to]) => {
      if (changed.includes(from)) used.add(from)
      return changed.replace(from, to)
    }, text),
  }))
  for (const [from] of edits) expect(used, from).toContain(from)
  const { model, diagnostics } = compileWorkspace(files)
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  return model!
}

function brief({ level, code, entity, field, operation }: ModelChange): string {
  const subject = [entity, field, operation].filter((part) => part !== undefined).join('.')
  return `${level} ${code}${subject === '' ? '' : ` ${subject}`}`
}

const LEVEL = 'level: { type: integer, optional: true, min: 1, max: 9 }'
const NOTE = 'note: { type: string, optional: true, nullable: true, max_length: 100 }'

describe('compareModels', () => {
  const base = load()

  it('finds nothing between a model and itself', () => {
    expect(compareModels(base, load())).toEqual([])
  })

  it.each<[what: string, from: string, to: string, changes: readonly string[]]>([
    [
      'an optional field',
      NOTE,
      `${NOTE}\n  more: { type: string }`,
      ['safe field-added Order.more'],
    ],
    [
      'a field with a default',
      NOTE,
      `${NOTE}\n  more: { type: string, required: true, default: x }`,
      ['safe field-added Order.more'],
    ],
    [
      'a required field',
      NOTE,
      `${NOTE}\n  more: { type: string, required: true }`,
      ['breaking required-field-added Order.more'],
    ],
    [
      'another type',
      NOTE,
      'note: { type: text, optional: true, nullable: true, max_length: 100 }',
      ['breaking input-changed Order.ship', 'breaking type-changed Order.note'],
    ],
    ['a shorter text', 'max_length: 100', 'max_length: 90', ['breaking limit-narrowed Order.note']],
    ['a longer text', 'max_length: 100', 'max_length: 110', ['safe limit-widened Order.note']],
    [
      'a higher minimum',
      'min: 1, max: 9',
      'min: 2, max: 9',
      ['breaking limit-narrowed Order.level'],
    ],
    [
      'a lower maximum',
      'min: 1, max: 9',
      'min: 1, max: 8',
      ['breaking limit-narrowed Order.level'],
    ],
    ['no maximum', 'min: 1, max: 9', 'min: 1', ['safe limit-widened Order.level']],
    [
      'a minimum of a decimal',
      'scale: 2, min: 0',
      "scale: 2, min: '-0.5'",
      ['safe limit-widened Order.amount'],
    ],
    ['another pattern', '^[a-z]+$', '^[a-z0-9]+$', ['risky pattern-changed Order.code']],
    ['no pattern', ", pattern: '^[a-z]+$'", '', ['safe pattern-removed Order.code']],
    ['fewer digits', 'precision: 10', 'precision: 9', ['breaking limit-narrowed Order.amount']],
    [
      'more decimals',
      'precision: 10, scale: 2',
      'precision: 11, scale: 3',
      ['risky scale-changed Order.amount'],
    ],
    ['more digits', 'precision: 10', 'precision: 11', ['safe limit-widened Order.amount']],
    [
      'a value of an enum',
      '[draft, placed]',
      '[draft, placed, sent]',
      ['safe enum-value-added Order.status'],
    ],
    [
      'no value of an enum',
      'values: [draft, placed], default: draft',
      'values: [placed, sent], default: placed',
      [
        'breaking enum-value-removed Order.status',
        'risky default-changed Order.status',
        'safe enum-value-added Order.status',
      ],
    ],
    [
      'required',
      'note: { type: string, optional: true, nullable: true',
      'note: { type: string, required: true, nullable: true',
      ['breaking field-required Order.note'],
    ],
    [
      'not null',
      'note: { type: string, optional: true, nullable: true',
      "note: { type: string, default: '', nullable: false",
      ['breaking field-not-null Order.note', 'safe default-added Order.note'],
    ],
    [
      'a default',
      'min: 1, max: 9 }',
      'min: 1, max: 9, default: 3 }',
      ['breaking field-not-null Order.level', 'safe default-added Order.level'],
    ],
    [
      'another default',
      'default: draft',
      'default: placed',
      ['risky default-changed Order.status'],
    ],
    [
      'immutable',
      LEVEL,
      LEVEL.replace('optional', 'immutable: true, optional'),
      ['breaking field-immutable Order.level'],
    ],
    [
      'sensitive',
      'code: { type: string,',
      'code: { type: string, sensitive: true,',
      ['breaking field-sensitive Order.code'],
    ],
    [
      'deprecated',
      LEVEL,
      LEVEL.replace('optional', 'deprecated: use rank, optional'),
      ['safe field-deprecated Order.level'],
    ],
    [
      'another action of a key',
      'on_delete: cascade',
      'on_delete: restrict',
      ['risky foreign-key-changed Order.buyerId'],
    ],
    ['another table', 'shop_orders', 'orders', ['risky table-renamed Order']],
    ['another column', 'made_at:', 'madeAt:', ['risky column-renamed Order.madeAt']],
    [
      'another accessor',
      'table: shop_orders',
      'table: shop_orders\nplural: purchases',
      [
        'breaking accessor-changed Order',
        'breaking relation-removed User.orders',
        'safe relation-added User.purchases',
      ],
    ],
    ['no lock', 'optimistic_lock: revision\n', '', ['risky behaviour-changed Order']],
    [
      'a unique field',
      'unique: true, max_length: 50',
      'max_length: 50',
      ['breaking unique-removed User'],
    ],
    [
      'a unique index',
      '  - { fields: [status] }',
      '  - { fields: [status] }\n  - { fields: [level], unique: true }',
      ['risky unique-added Order'],
    ],
    [
      'no unique index',
      '  - { fields: [note, level], unique: true }\n',
      '',
      ['breaking unique-removed Order'],
    ],
    [
      'a partial unique index',
      "status = 'placed'",
      "status = 'draft'",
      ['risky unique-added Order', 'safe index-removed Order'],
    ],
    [
      'an index',
      '  - { fields: [status] }',
      '  - { fields: [status] }\n  - { fields: [level] }',
      ['safe index-added Order'],
    ],
    ['no index', '  - { fields: [status] }\n', '', ['safe index-removed Order']],
    ['the name of an index', '{ fields: [status] }', '{ fields: [status], name: by_status }', []],
    ['a constraint', 'amount < 100', 'amount < 200', ['risky constraint-changed Order']],
    [
      'a field that is shown',
      '  never_expose: [secret]',
      '  never_expose: []',
      ['risky field-exposed Order.secret'],
    ],
    [
      'a field that is hidden',
      'never_expose: [secret]',
      'never_expose: [secret, code]',
      ['breaking field-hidden Order.code'],
    ],
    [
      'an audit',
      '  never_expose: [secret]',
      '  never_expose: [secret]\n  audit_all_access: true',
      ['risky security-changed Order'],
    ],
    [
      'a wider role',
      'create: { user: true }',
      'create: { public: true }',
      ['risky access-changed Order.create'],
    ],
    [
      'a narrower row level',
      'level > 1',
      'level > 2',
      ['risky access-changed Order.list', 'risky access-changed Order.read'],
    ],
    [
      'other fields',
      'fields: [note, level] }\n  delete',
      'fields: [note] }\n  delete',
      ['risky access-changed Order.update'],
    ],
    [
      'what nobody could do',
      'delete: false',
      'delete: { admin: true }',
      ['risky access-changed Order.delete'],
    ],
    [
      'a policy for all',
      'role: [public], operations: [delete]',
      'role: [public, user], operations: [delete]',
      ['risky access-changed *.delete'],
    ],
    [
      'the same rule in other words',
      'create: { user: true }',
      'create: { role: [admin, moderator, user] }',
      [],
    ],
    ['another output', 'output: Order', 'output: Order[]', ['breaking output-changed Order.ship']],
    [
      'no input',
      'required: [note], optional: [level]',
      'required: [note], optional: []',
      ['breaking input-removed Order.ship'],
    ],
    [
      'a required input',
      'required: [note], optional: [level]',
      'required: [note, level], optional: []',
      ['breaking input-required Order.ship'],
    ],
    [
      'an optional input',
      'required: [note], optional: [level]',
      'required: [note], optional: [level, code]',
      ['safe input-added Order.ship'],
    ],
    ['another verb', 'order:update', 'order:delete', ['risky access-changed Order.ship']],
    ['another rate', 'max_attempts: 5', 'max_attempts: 3', ['risky rate-limit-changed Order.ship']],
    [
      'another check',
      'in_stock: Nothing is left',
      'paid: Not paid',
      ['risky validation-added Order.ship', 'safe validation-removed Order.ship'],
    ],
    [
      'an error of an operation',
      'errors: [LOCKED: It is locked]',
      'errors: []',
      ['risky operation-error-removed Order.ship'],
    ],
    ['a lower limit', 'max_limit: 50', 'max_limit: 40', ['breaking limit-narrowed Order.list']],
    [
      'another default limit',
      'default_limit: 10',
      'default_limit: 12',
      ['risky default-changed Order.list'],
    ],
    [
      'an operation',
      '  ship:\n',
      '  pack: { system_only: true }\n  ship:\n',
      ['safe operation-added Order.pack'],
    ],
    [
      'a role',
      '[public, user, moderator, admin]',
      '[public, user, helper, moderator, admin]',
      ['risky access-changed Order.create', 'safe role-added'],
    ],
    ['no claim', 'claims: { tenantId: uuid }\n', '', ['risky claim-removed']],
    ['a claim of another type', 'tenantId: uuid', 'tenantId: string', ['risky claim-changed']],
    ['a status', 'http_status: 423', 'http_status: 409', ['breaking error-status-changed']],
    ['a sentence', 'message: Locked', 'message: Locked up', ['safe error-message-changed']],
    [
      'an id that is sent',
      'id: { type: uuid, primary: true, generated: true }\n  buyer',
      'id: { type: uuid, primary: true, required: true }\n  buyer',
      ['breaking field-required Order.id', 'risky field-not-generated Order.id'],
    ],
    [
      'a time that is made',
      LEVEL,
      `${LEVEL}\n  at: { type: datetime, auto_update: true }`,
      ['safe field-added Order.at'],
    ],
    [
      'another primary key',
      'id: { type: uuid, primary: true, generated: true }\n  buyer',
      'key: { type: uuid, primary: true, generated: true }\n  buyer',
      [
        'breaking primary-key-changed Order',
        'breaking field-removed Order.id',
        'safe field-added Order.key',
      ],
    ],
    [
      'the name of a relation',
      'on_delete: cascade }',
      'on_delete: cascade, name: customer }',
      ['breaking relation-removed Order.buyer', 'safe relation-added Order.customer'],
    ],
    [
      'a key that is unique',
      'buyer_id: { type: uuid, required: true,',
      'buyer_id: { type: uuid, required: true, unique: true,',
      ['breaking relation-changed User.orders', 'risky unique-added Order'],
    ],
    [
      'no foreign key',
      ', foreign_key: { entity: User, field: id, on_delete: cascade }',
      '',
      [
        'breaking relation-removed Order.buyer',
        'breaking relation-removed User.orders',
        'risky behaviour-changed Order',
        'risky access-changed Order.list',
        'risky access-changed Order.read',
        'risky access-changed Order.update',
        'risky foreign-key-removed Order.buyerId',
      ],
    ],
    [
      'a time to live',
      'optimistic_lock: revision',
      'optimistic_lock: revision\nttl: { field: made_at }',
      ['risky behaviour-changed Order'],
    ],
    [
      'another order of roles',
      '[public, user, moderator, admin]',
      '[public, moderator, user, admin]',
      ['risky role-order-changed', 'risky role-order-changed', 'risky access-changed Order.create'],
    ],
    [
      'a capability',
      '[transactions, joins]',
      '[transactions, relations]',
      ['risky capability-removed', 'safe capability-added'],
    ],
  ])('%s', (_, from, to, changes) => {
    expect(compareModels(base, load([[from, to]])).map(brief)).toEqual(changes)
  })

  it('sees what is removed, and backwards what is added', () => {
    const less = load([
      [NOTE, ''],
      ['  - { fields: [note, level], unique: true }\n', ''],
      ['fields: [note, level]', 'fields: [level]'],
      ['  ship:\n', '  send:\n'],
      ['required: [note], optional: [level]', 'required: [level]'],
      ['  LOCKED: {', '  BUSY: {'],
      ['LOCKED: It', 'BUSY: It'],
      ['sqlite:', 'duckdb:'],
    ])
    expect(compareModels(base, less).map(brief)).toEqual([
      'breaking error-removed',
      'breaking unique-removed Order',
      'breaking operation-removed Order.ship',
      'breaking field-removed Order.note',
      'risky adapter-removed',
      'risky access-changed Order.update',
      'safe adapter-added',
      'safe error-added',
      'safe operation-added Order.send',
    ])
    expect(compareModels(less, base).map(brief)).toContain('safe field-added Order.note')
  })

  it('sees entities come and go, without their parts', () => {
    const { entities } = base
    const one = { ...base, entities: new Map([...entities].filter(([name]) => name === 'User')) }
    expect(compareModels(base, one).map(brief)).toEqual(['breaking entity-removed Order'])
    expect(compareModels(one, base).map(brief)).toEqual(['safe entity-added Order'])
  })

  it('says what differs between rules', () => {
    const [change] = compareModels(
      base,
      load([['create: { user: true }', 'create: { role: [user] }']]),
    )
    expect(change).toEqual({
      level: 'risky',
      code: 'access-changed',
      entity: 'Order',
      operation: 'create',
      message: 'who may create `Order` differs',
      hint: '- grant admin, moderator, user\n+ grant user',
    })
  })

  it('gives the same list whatever the order of the text', () => {
    const edits: (readonly [string, string])[] = [
      ['max_length: 100', 'max_length: 90'],
      ['max_length: 50', 'max_length: 40'],
      ['shop_orders', 'orders'],
    ]
    const changed = load(edits)
    const turned = { ...changed, entities: new Map([...changed.entities].reverse()) }
    expect(compareModels(base, turned)).toEqual(compareModels(base, changed))
    expect(compareModels(base, changed).map(({ level }) => level)).toEqual([
      'breaking',
      'breaking',
      'risky',
    ])
  })
})
