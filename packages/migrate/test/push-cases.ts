// Pairs of models with rows: what a push from the one to the other keeps, and how it calls its steps.
import type { Dialect, Row } from '@proj/dbal-contract'
import { family, thing } from './models.ts'

export interface PushCase {
  readonly name: string
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** By entity. */
  readonly rows: Readonly<Record<string, readonly Row[]>>
  readonly kept: Readonly<Record<string, readonly Row[]>>
  /** `kind risk`, without the rebuilding of tables, which is how some engines do it. */
  readonly steps: readonly string[]
  /** Where the engine has less to do. */
  readonly stepsOn?: Partial<Readonly<Record<Dialect, readonly string[]>>>
}

const NAME = 'name: { type: string, required: true }'
const NICK = 'nick: { type: string, optional: true }'
const ROLES = (values: string, more = ''): string =>
  `role: { type: enum, values: [${values}], required: true${more} }`

export const PUSH_CASES: readonly PushCase[] = [
  {
    name: 'an entity comes',
    before: [thing([NAME])],
    after: [thing([NAME]), family('{ type: integer }')[0] ?? ''],
    rows: { Thing: [{ id: 1, name: 'a' }] },
    kept: { Thing: [{ id: 1, name: 'a' }], Parent: [] },
    steps: ['create_table safe'],
  },
  {
    name: 'an entity with rows goes',
    before: [thing([NAME]), family('{ type: integer }')[0] ?? ''],
    after: [thing([NAME])],
    rows: { Thing: [{ id: 1, name: 'a' }], Parent: [{ id: 1 }] },
    kept: { Thing: [{ id: 1, name: 'a' }] },
    steps: ['drop_table loses_data'],
  },
  {
    name: 'entities without rows go, in a cycle of foreign keys',
    before: [
      thing([NAME]),
      'entity: Hen\nfields:\n  id: { type: integer, primary: true }\n  egg: { type: integer, optional: true, foreign_key: { entity: Egg, field: id, name: laid } }',
      'entity: Egg\nfields:\n  id: { type: integer, primary: true }\n  hen: { type: integer, optional: true, foreign_key: { entity: Hen, field: id, name: layer } }',
    ],
    after: [thing([NAME])],
    rows: {},
    kept: { Thing: [] },
    steps: ['drop_table safe', 'drop_table safe'],
  },
  {
    name: 'entities come in a cycle of foreign keys',
    before: [thing([NAME])],
    after: [
      thing([NAME]),
      'entity: Hen\nfields:\n  id: { type: integer, primary: true }\n  egg: { type: integer, optional: true, foreign_key: { entity: Egg, field: id, name: laid } }',
      'entity: Egg\nfields:\n  id: { type: integer, primary: true }\n  hen: { type: integer, optional: true, foreign_key: { entity: Hen, field: id, name: layer } }\n  self: { type: integer, optional: true, foreign_key: { entity: Egg, field: id, name: twin } }',
    ],
    rows: { Thing: [{ id: 1, name: 'a' }] },
    kept: { Thing: [{ id: 1, name: 'a' }] },
    steps: ['add_constraint safe', 'add_constraint safe', 'create_table safe', 'create_table safe'],
    stepsOn: {
      sqlite: ['create_table safe', 'create_table safe'],
      duckdb: ['create_table safe', 'create_table safe'],
    },
  },
  {
    name: 'an optional field comes',
    before: [thing([NAME])],
    after: [thing([NICK, NAME])],
    rows: { Thing: [{ id: 1, name: 'a' }] },
    kept: { Thing: [{ id: 1, name: 'a', nick: null }] },
    steps: ['add_column safe'],
  },
  {
    name: 'fields with defaults come',
    before: [thing([NAME])],
    after: [
      thing([
        NAME,
        'score: { type: integer, required: true, default: 7 }',
        'note: { type: text, optional: true, default: "it\'s" }',
        'open: { type: boolean, required: true, default: true }',
        'price: { type: decimal, precision: 10, scale: 2, required: true, default: "1.5" }',
        'at: { type: datetime, required: true, default: "2020-01-02T03:04:05.678Z" }',
      ]),
    ],
    rows: { Thing: [{ id: 1, name: 'a' }] },
    kept: {
      Thing: [
        {
          id: 1,
          name: 'a',
          score: 7,
          note: "it's",
          open: true,
          price: '1.50',
          at: new Date('2020-01-02T03:04:05.678Z'),
        },
      ],
    },
    steps: Array.from({ length: 5 }, () => 'add_column safe'),
  },
  {
    name: 'required times and a version come',
    before: [thing([NAME])],
    after: [
      thing(
        [
          NAME,
          'createdAt: { type: datetime, generated: true }',
          'updatedAt: { type: bigint, auto_update: true, required: true }',
          'day: { type: date, required: true, default: { now: true } }',
          'version: { type: integer, required: true }',
        ],
        'optimistic_lock: version',
      ),
    ],
    rows: { Thing: [{ id: 1, name: 'a' }] },
    kept: {
      Thing: [
        {
          id: 1,
          name: 'a',
          createdAt: new Date('2024-05-06T07:08:09.010Z'),
          updatedAt: 1_714_979_289_010n,
          day: '2024-05-06',
          version: 1,
        },
      ],
    },
    steps: Array.from({ length: 4 }, () => 'add_column safe'),
  },
  {
    name: 'a required field comes to a table without rows',
    before: [thing([NICK])],
    after: [thing([NICK, NAME])],
    rows: {},
    kept: { Thing: [] },
    steps: ['add_column safe'],
  },
  {
    name: 'a field with values goes',
    before: [thing([NAME, NICK])],
    after: [thing([NAME])],
    rows: { Thing: [{ id: 1, name: 'a', nick: 'x' }] },
    kept: { Thing: [{ id: 1, name: 'a' }] },
    steps: ['drop_column loses_data'],
  },
  {
    name: 'a field without values goes',
    before: [thing([NAME, NICK])],
    after: [thing([NAME])],
    rows: { Thing: [{ id: 1, name: 'a', nick: null }] },
    kept: { Thing: [{ id: 1, name: 'a' }] },
    steps: ['drop_column safe'],
  },
  {
    name: 'a field is renamed in case only',
    before: [thing(['userName: { type: string, optional: true }'])],
    after: [thing(['username: { type: string, optional: true }'])],
    rows: { Thing: [{ id: 1, userName: 'a' }] },
    kept: { Thing: [{ id: 1, username: 'a' }] },
    steps: ['alter_column safe'],
  },
  {
    name: 'fields with checks are renamed in case only',
    before: [
      thing(['isOpen: { type: boolean, required: true }', 'Kind: { type: enum, values: [x, y] }']),
    ],
    after: [
      thing(['isopen: { type: boolean, required: true }', 'kind: { type: enum, values: [x] }']),
    ],
    rows: { Thing: [{ id: 1, isOpen: true, kind: 'x' }] },
    kept: { Thing: [{ id: 1, isopen: true, kind: 'x' }] },
    steps: ['alter_column safe', 'alter_column safe'],
  },
  {
    name: 'a field becomes optional, another required with a default',
    before: [thing([NAME, NICK, 'score: { type: integer, optional: true }'])],
    after: [
      thing([
        'name: { type: string, optional: true }',
        'nick: { type: string, required: true, default: none }',
        'score: { type: integer, required: true }',
      ]),
    ],
    rows: {
      Thing: [
        { id: 1, name: 'a', nick: null, score: 1 },
        { id: 2, name: 'b', nick: 'x', score: 2 },
      ],
    },
    kept: {
      Thing: [
        { id: 1, name: 'a', nick: 'none', score: 1 },
        { id: 2, name: 'b', nick: 'x', score: 2 },
      ],
    },
    steps: ['alter_column safe', 'alter_column safe', 'alter_column safe'],
  },
  {
    name: 'a default changes',
    before: [thing(['score: { type: integer, required: true, default: 1 }'])],
    after: [thing(['score: { type: integer, required: true, default: 2 }'])],
    rows: { Thing: [{ id: 1, score: 1 }] },
    kept: { Thing: [{ id: 1, score: 1 }] },
    steps: ['alter_column safe'],
  },
  {
    name: 'an enum gets another value',
    before: [thing([ROLES('user, admin')])],
    after: [thing([ROLES('user, admin, supergod')])],
    rows: { Thing: [{ id: 1, role: 'admin' }] },
    kept: { Thing: [{ id: 1, role: 'admin' }] },
    steps: ['alter_column safe'],
    stepsOn: { mysql: ['alter_column safe', 'alter_column safe'] },
  },
  {
    name: 'an enum loses a value that no row has',
    before: [thing([ROLES('user, admin, supergod', ', default: user')])],
    after: [thing([ROLES('user, admin', ', default: user')])],
    rows: { Thing: [{ id: 1, role: 'admin' }] },
    kept: { Thing: [{ id: 1, role: 'admin' }] },
    steps: ['alter_column may_fail'],
    stepsOn: { mysql: ['alter_column may_fail', 'alter_column may_fail'] },
  },
  {
    name: 'a string becomes an enum, an enum a string',
    before: [thing([ROLES('a, b'), 'kind: { type: string, required: true }'])],
    after: [
      thing([
        'role: { type: string, required: true }',
        'kind: { type: enum, values: [x, y], required: true }',
      ]),
    ],
    rows: { Thing: [{ id: 1, role: 'a', kind: 'x' }] },
    kept: { Thing: [{ id: 1, role: 'a', kind: 'x' }] },
    steps: ['alter_column may_fail', 'alter_column safe'],
    stepsOn: {
      mysql: [
        'alter_column may_fail',
        'alter_column may_fail',
        'alter_column safe',
        'alter_column safe',
      ],
    },
  },
  {
    name: 'indexes come, change and go',
    before: [
      thing(
        [NAME, NICK],
        'indexes:\n  - { fields: [name] }\n  - { fields: [nick], name: by_nick }\n  - { fields: [name, nick] }',
      ),
    ],
    after: [
      thing(
        [NAME, NICK],
        'indexes:\n  - { fields: [nick] }\n  - { fields: [nick, name], name: by_nick }\n  - { fields: [name, nick], unique: true }',
      ),
    ],
    rows: { Thing: [{ id: 1, name: 'a', nick: 'x' }] },
    kept: { Thing: [{ id: 1, name: 'a', nick: 'x' }] },
    steps: [
      'create_index may_fail',
      'create_index safe',
      'create_index safe',
      'drop_index safe',
      'drop_index safe',
      'drop_index safe',
    ],
  },
  {
    name: 'an index stays while its table is rebuilt',
    before: [
      thing(
        [NAME, NICK, 'n: { type: integer, optional: true }'],
        'indexes:\n  - { fields: [name], unique: true }\n  - { fields: [n] }',
      ),
    ],
    after: [
      thing(
        [NAME, 'n: { type: bigint, optional: true }'],
        'indexes:\n  - { fields: [name], unique: true }\n  - { fields: [n] }',
      ),
    ],
    rows: { Thing: [{ id: 1, name: 'a', nick: null, n: 5 }] },
    kept: { Thing: [{ id: 1, name: 'a', n: 5n }] },
    steps: ['alter_column safe', 'drop_column safe'],
  },
  {
    name: 'a name of an index moves to another table',
    before: [
      thing([NAME], 'indexes:\n  - { fields: [name], name: by_name }'),
      'entity: Other\nfields:\n  id: { type: integer, primary: true }\n  name: { type: string }',
    ],
    after: [
      thing([NAME]),
      'entity: Other\nfields:\n  id: { type: integer, primary: true }\n  name: { type: string }\nindexes:\n  - { fields: [name], name: by_name }',
    ],
    rows: { Thing: [{ id: 1, name: 'a' }] },
    kept: { Thing: [{ id: 1, name: 'a' }] },
    steps: ['create_index safe', 'drop_index safe'],
  },
  {
    name: 'constraints come, change and go',
    before: [
      thing(
        ['a: { type: integer, required: true }', 'b: { type: integer, required: true }'],
        'constraints:\n  - { name: small, check: "a < 10" }\n  - { name: ordered, check: "a <= b" }',
      ),
    ],
    after: [
      thing(
        ['a: { type: integer, required: true }', 'b: { type: integer, required: true }'],
        'constraints:\n  - { name: small, check: "a < 100" }\n  - { name: positive, check: "b > 0" }',
      ),
    ],
    rows: { Thing: [{ id: 1, a: 1, b: 2 }] },
    kept: { Thing: [{ id: 1, a: 1, b: 2 }] },
    steps: ['add_constraint may_fail', 'add_constraint may_fail', 'drop_constraint safe'],
  },
  {
    name: 'a constraint over a field whose type changes',
    before: [
      thing(
        ['a: { type: integer, required: true }'],
        'constraints:\n  - { name: small, check: "a < 10" }',
      ),
    ],
    after: [
      thing(
        ['a: { type: bigint, required: true }'],
        'constraints:\n  - { name: small, check: "a < 20" }',
      ),
    ],
    rows: { Thing: [{ id: 1, a: 1 }] },
    kept: { Thing: [{ id: 1, a: 1n }] },
    steps: ['add_constraint may_fail', 'alter_column safe'],
    stepsOn: {
      postgresql: ['add_constraint may_fail', 'alter_column safe', 'drop_constraint safe'],
      mysql: ['add_constraint may_fail', 'alter_column safe', 'drop_constraint safe'],
    },
  },
  {
    name: 'a foreign key comes to a field that is there',
    before: family('{ type: integer, required: true }'),
    after: family(
      '{ type: integer, required: true, foreign_key: { entity: Parent, field: id, on_delete: cascade } }',
    ),
    rows: { Parent: [{ id: 1 }], Child: [{ id: 2, parentId: 1 }] },
    kept: { Parent: [{ id: 1 }], Child: [{ id: 2, parentId: 1 }] },
    steps: ['add_constraint may_fail'],
    stepsOn: { duckdb: [] },
  },
  {
    name: 'a foreign key changes what it does on deletion',
    before: family(
      '{ type: integer, optional: true, foreign_key: { entity: Parent, field: id, on_delete: cascade } }',
    ),
    after: family(
      '{ type: integer, optional: true, foreign_key: { entity: Parent, field: id, on_delete: set_null } }',
    ),
    rows: { Parent: [{ id: 1 }], Child: [{ id: 2, parentId: 1 }] },
    kept: { Parent: [{ id: 1 }], Child: [{ id: 2, parentId: 1 }] },
    steps: ['add_constraint safe'],
    stepsOn: {
      duckdb: [],
      postgresql: ['add_constraint safe', 'drop_constraint safe'],
      mysql: ['add_constraint safe', 'drop_constraint safe'],
    },
  },
  {
    name: 'a field with a foreign key goes',
    before: family('{ type: integer, optional: true, foreign_key: { entity: Parent, field: id } }'),
    after: [
      family('{ type: integer }')[0] ?? '',
      'entity: Child\nfields:\n  id: { type: integer, primary: true }',
    ],
    rows: { Parent: [{ id: 1 }], Child: [{ id: 2, parentId: 1 }] },
    kept: { Parent: [{ id: 1 }], Child: [{ id: 2 }] },
    steps: ['drop_column loses_data', 'drop_constraint safe'],
    stepsOn: { duckdb: ['drop_column loses_data'] },
  },
  {
    name: 'a field with a foreign key comes',
    before: [
      family('{ type: integer }')[0] ?? '',
      'entity: Child\nfields:\n  id: { type: integer, primary: true }',
    ],
    after: family('{ type: integer, optional: true, foreign_key: { entity: Parent, field: id } }'),
    rows: { Parent: [{ id: 1 }], Child: [{ id: 2 }] },
    kept: { Parent: [{ id: 1 }], Child: [{ id: 2, parentId: null }] },
    steps: ['add_column safe', 'add_constraint safe'],
    stepsOn: { duckdb: ['add_column safe'] },
  },
  {
    name: 'a referenced table is rebuilt: its children stay',
    before: family(
      '{ type: integer, required: true, foreign_key: { entity: Parent, field: id, on_delete: cascade } }',
      [NICK],
    ),
    after: family(
      '{ type: integer, required: true, foreign_key: { entity: Parent, field: id, on_delete: cascade } }',
      ['nick: { type: string, required: true, default: none }'],
    ),
    rows: { Parent: [{ id: 1, nick: null }], Child: [{ id: 2, parentId: 1 }] },
    kept: { Parent: [{ id: 1, nick: 'none' }], Child: [{ id: 2, parentId: 1 }] },
    steps: ['alter_column safe'],
  },
  {
    name: 'both ends of a foreign key change their type',
    before: [
      'entity: Parent\nfields:\n  id: { type: integer, primary: true }',
      'entity: Child\nfields:\n  id: { type: integer, primary: true }\n  parentId: { type: integer, required: true, index: true, foreign_key: { entity: Parent, field: id } }',
    ],
    after: [
      'entity: Parent\nfields:\n  id: { type: bigint, primary: true }',
      'entity: Child\nfields:\n  id: { type: integer, primary: true }\n  parentId: { type: bigint, required: true, foreign_key: { entity: Parent, field: id } }',
    ],
    rows: { Parent: [{ id: 1 }], Child: [{ id: 2, parentId: 1 }] },
    kept: { Parent: [{ id: 1n }], Child: [{ id: 2, parentId: 1n }] },
    steps: ['alter_column safe', 'alter_column safe', 'drop_index safe'],
    stepsOn: {
      postgresql: [
        'add_constraint safe',
        'alter_column safe',
        'alter_column safe',
        'drop_constraint safe',
        'drop_index safe',
      ],
      mysql: [
        'add_constraint safe',
        'alter_column safe',
        'alter_column safe',
        'drop_constraint safe',
        'drop_index safe',
      ],
    },
  },
  {
    name: 'a foreign key leads to another unique field',
    before: [
      'entity: Parent\nfields:\n  id: { type: integer, primary: true }\n  code: { type: integer, required: true, unique: true }',
      'entity: Child\nfields:\n  id: { type: integer, primary: true }\n  parent: { type: integer, required: true, foreign_key: { entity: Parent, field: code, name: owner } }',
    ],
    after: [
      'entity: Parent\nfields:\n  id: { type: integer, primary: true }\n  code: { type: integer, required: true }',
      'entity: Child\nfields:\n  id: { type: integer, primary: true }\n  parent: { type: integer, required: true, foreign_key: { entity: Parent, field: id, name: owner } }',
    ],
    rows: { Parent: [{ id: 1, code: 1 }], Child: [{ id: 2, parent: 1 }] },
    kept: { Parent: [{ id: 1, code: 1 }], Child: [{ id: 2, parent: 1 }] },
    steps: ['add_constraint may_fail', 'drop_index safe'],
    stepsOn: {
      duckdb: ['drop_index safe'],
      postgresql: ['add_constraint may_fail', 'drop_constraint safe', 'drop_index safe'],
      mysql: ['add_constraint may_fail', 'drop_constraint safe', 'drop_index safe'],
    },
  },
  {
    name: 'the primary key becomes another one',
    before: [thing(['code: { type: integer, required: true }'])],
    after: [
      'entity: Thing\nprimary_key: [code, id]\nfields:\n  id: { type: integer }\n  code: { type: integer }',
    ],
    rows: { Thing: [{ id: 1, code: 9 }] },
    kept: { Thing: [{ id: 1, code: 9 }] },
    steps: ['add_constraint may_fail'],
  },
  {
    name: 'the primary key is a new field of an empty table',
    before: [thing([NAME])],
    after: [
      'entity: Thing\nfields:\n  key: { type: uuid, primary: true, generated: true }\n  name: { type: string, required: true }',
    ],
    rows: {},
    kept: { Thing: [] },
    steps: ['add_column safe', 'add_constraint safe', 'drop_column safe'],
  },
  {
    name: 'names that need quotes',
    before: [
      'entity: Order\ntable: order\nfields:\n  id: { type: integer, primary: true }\n  select: { type: string }\n  group: { type: integer, index: true }',
    ],
    after: [
      'entity: Order\ntable: order\nfields:\n  id: { type: integer, primary: true }\n  from: { type: string }\n  group: { type: bigint, required: true, index: true }',
    ],
    rows: { Order: [{ id: 1, select: null, group: 3 }] },
    kept: { Order: [{ id: 1, from: null, group: 3n }] },
    steps: ['add_column safe', 'alter_column safe', 'drop_column safe'],
  },
]
