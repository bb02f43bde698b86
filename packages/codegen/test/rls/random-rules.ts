// A small domain with a field of every type, and random rules over it.
import { compileWorkspace, formatDiagnostics, type Model } from '@proj/dbal-schema'
import fc from 'fast-check'

const ENTITIES = `
entity: Team
fields:
  id: { type: string, primary: true }
  level: { type: integer, optional: true }
---
entity: Person
principal: true
fields:
  id: { type: string, primary: true }
  teamId: { type: string, optional: true, foreign_key: { entity: Team, field: id, name: team, inverse: people } }
  level: { type: integer, optional: true }
  role: { type: enum, values: [user, moderator], default: user }
---
entity: Doc
fields:
  id: { type: string, primary: true }
  ownerId: { type: string, optional: true, foreign_key: { entity: Person, field: id, name: owner, inverse: docs } }
  teamId: { type: string, optional: true, foreign_key: { entity: Team, field: id, name: team, inverse: docs } }
  parentId: { type: string, optional: true, foreign_key: { entity: Doc, field: id, name: parent, inverse: children } }
  level: { type: integer, optional: true }
  title: { type: string, optional: true }
  key: { type: uuid, optional: true }
  big: { type: bigint, optional: true }
  score: { type: float, optional: true }
  price: { type: decimal, precision: 8, scale: 2, optional: true }
  wealth: { type: decimal, precision: 22, scale: 2, optional: true }
  open: { type: boolean, optional: true }
  at: { type: datetime, optional: true }
  day: { type: date, optional: true }
  clock: { type: time, optional: true }
  deletedAt: { type: datetime, optional: true }
soft_delete: { field: deletedAt }
`

const ROLES = `
roles: [public, user, moderator, admin]
claims:
  label: string
  groups: [string]
  levels: [integer]
  key: uuid
  keys: [uuid]
  big: bigint
  score: float
  price: decimal
  open: boolean
  at: datetime
  day: date
  clock: time
`

const COMMON = [
  'level = $user.level',
  'level != $user.level',
  'level >= $user.level',
  'level < 2',
  'level IS NULL',
  'level IN $user.levels',
  'level IN (1, $user.level)',
  'level = $context.level',
  '$user.level IS MISSING',
  '$user.groups IS MISSING',
  "'a' IN $user.groups",
  "$user.role = 'user'",
  "'user' IN $user.roles",
  '$user.label < $context.label',
] as const

const DOC = [
  'title LIKE $user.label',
  "title LIKE 'a%'",
  'title IN $user.groups',
  'title < $user.label',
  'ownerId = $user.id',
  'owner.teamId = $user.teamId',
  'parent.level >= 1',
  'parent.owner.level != $user.level',
  'EXISTS(children WHERE level < 2)',
  'EXISTS(children WHERE ownerId = $user.id)',
  'teamId IN (SELECT id FROM Team WHERE level >= 1)',
  'teamId IN (SELECT teamId FROM Person WHERE level = $user.level)',
  "allowed(owner, 'read')",
  "allowed(team, 'update')",
  'at < $now',
  'at = $user.at',
  'big < $now',
  'day >= $user.day',
  'clock < $user.clock',
  'key = $user.key',
  'key IN $user.keys',
  'open = $user.open',
  'big = $user.big',
  'score <= $user.score',
  'price = $user.price',
  'price > 1',
] as const

const NUMBERS = [
  'big = wealth',
  'wealth < big',
  'level >= price',
  'score = big',
  'wealth <= score',
  'score != level',
  'level < $user.score',
  'level = $user.price',
  'big >= $user.price',
  'big = $user.score',
  'wealth = $user.score',
  'wealth < $user.big',
  'price >= $user.price',
  'score = $user.price',
  'score <= $user.big',
  '$user.big < $user.price',
  'level IN (1, $user.price)',
  'big NOT IN (SELECT wealth FROM Doc WHERE level < 2)',
] as const

const ATOMS = {
  Team: [...COMMON, 'EXISTS(docs WHERE title LIKE $user.label)', 'id = $user.teamId'],
  Person: [...COMMON, 'id = $user.id', 'team.level >= 1', 'teamId = $user.teamId'],
  Doc: [...COMMON, ...DOC, ...DOC, ...DOC, ...NUMBERS],
} as const

const BEFORE = [
  'ownerId = before(ownerId)',
  'NOT (level < before(level))',
  'before(title) IS NULL',
  "before(title) = 'a' OR level < 2",
  'EXISTS(children WHERE level = 1) AND NOT (open = before(open) AND level = 1)',
]

type Name = keyof typeof ATOMS

function condition(atoms: readonly string[]): fc.Arbitrary<string> {
  const atom = fc.constantFrom(...atoms)
  const leaf = fc.oneof(
    { weight: 3, arbitrary: atom },
    atom.map((text) => `NOT (${text})`),
  )
  const pair = fc
    .tuple(leaf, fc.constantFrom('AND', 'OR'), leaf)
    .map(([one, word, other]) => `((${one}) ${word} (${other}))`)
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    pair,
    pair.map((text) => `NOT ${text}`),
  )
}

const VERBS = ['read', 'list', 'create', 'update', 'delete'] as const

function ruleOf(entity: Name): fc.Arbitrary<object> {
  const rows = condition(ATOMS[entity])
  const images =
    entity === 'Doc' ? fc.oneof({ weight: 2, arbitrary: rows }, condition(BEFORE)) : rows
  return fc
    .record({
      operations: fc.subarray([...VERBS], { minLength: 1 }),
      role: fc.option(fc.subarray(['public', 'user', 'moderator', 'admin'], { minLength: 1 }), {
        freq: 2,
      }),
      effect: fc.constantFrom('grant', 'grant', 'grant', 'deny', 'require'),
      where: fc.option(rows, { freq: 5 }),
      check: fc.option(images, { freq: 2 }),
    })
    .map(({ operations, role, effect, where, check }) => {
      const written = operations.some((verb) => verb === 'create' || verb === 'update')
      return {
        entity,
        operations,
        effect,
        ...(role === null ? {} : { role }),
        ...(where === null ? {} : { row_level_filter: where }),
        // A check is for writes; before() has no meaning in a create.
        ...(check === null ||
        !written ||
        (check.includes('before') && operations.includes('create'))
          ? {}
          : { check }),
      }
    })
}

/** Models with the same tables. */
export const randomModels: fc.Arbitrary<Model> = fc
  .tuple(
    ...(['Team', 'Person', 'Doc', 'Doc'] as const).map((name) =>
      fc.array(ruleOf(name), { minLength: 2, maxLength: 5 }),
    ),
  )
  .map((lists) => modelOf(lists.flat()))

export function modelOf(rules: readonly object[]): Model {
  const { model, diagnostics, files } = compileWorkspace([
    { path: 'entities/domain.yaml', text: ENTITIES },
    { path: 'roles.yaml', text: ROLES },
    // JSON is YAML.
    { path: 'policies/rules.yaml', text: JSON.stringify({ rules }) },
  ])
  if (model === undefined)
    throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
  return model
}
