import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkAllowedCycles } from '../src/rules/allowed-cycles.ts'
import { normaliseRules } from '../src/rules/normalise-rules.ts'
import { entities } from './predicate-fixture.ts'
import { brief, readAcl, readPolicies, scope } from './rules-fixture.ts'

const KEYS = [
  'entity',
  'operations',
  'role',
  'self',
  'system',
  'min_level',
  'row_level',
  'check',
  'row_level_filter',
  'fields',
  'set',
  'cascade',
  'effect',
  'admin',
  '__proto__',
  'x',
]

describe('policies', () => {
  it.each([
    [
      'exactly these roles',
      '- { entity: Page, role: [user], operations: [read, list] }',
      ['policy:p.yaml#1: read+list: grant user'],
    ],
    [
      'operations are taken at their word',
      '- { entity: Page, role: [user], operations: [read] }',
      ['policy:p.yaml#1: read: grant user'],
    ],
    [
      'but a deny of read is one of list',
      '- { entity: Page, role: [user], operations: [read], effect: deny }',
      ['policy:p.yaml#1: read+list: deny user'],
    ],
    [
      'and a fence around read is one around list',
      "- { entity: Page, operations: [read], effect: require, row_level_filter: 'level = 1' }",
      ['policy:p.yaml#1: read+list: require everybody where level = 1'],
    ],
    [
      'no role is every role',
      "- { entity: Page, operations: [delete], row_level_filter: 'level = 1' }",
      ['policy:p.yaml#1: delete: grant everybody where level = 1'],
    ],
    [
      'a role and those above',
      '- { entity: Page, moderator: true, operations: [update] }',
      ['policy:p.yaml#1: update: grant admin, moderator'],
    ],
    [
      'words for people',
      '- { name: fence, description: Why, entity: Page, role: [user], operations: [read] }',
      ['policy:p.yaml#1: read: grant user'],
    ],
    [
      'alternatives have numbers',
      '- { entity: Page, self: true, role: [admin], operations: [update] }',
      [
        'policy:p.yaml#1.0: update: grant everybody where ownerId = $user.id',
        'policy:p.yaml#1.1: update: grant admin',
      ],
    ],
    [
      'operations by their verbs',
      '- { entity: Page, role: [user], operations: [create_many, updateMany, count, delete_many] }',
      ['policy:p.yaml#1: create+update+delete+list: grant user'],
    ],
    [
      'families by their verbs',
      '- { entity: Page, role: [user], operations: [read_by_title] }\n- { entity: Page, role: [user], operations: [getTree, list_by_owner_id, get_by_title] }',
      ['policy:p.yaml#1: read: grant user', 'policy:p.yaml#2: list: grant user'],
    ],
    [
      'upsert is both',
      '- { entity: Page, role: [user], operations: upsert }',
      ['policy:p.yaml#1: create+update: grant user'],
    ],
    [
      'every operation',
      "- { entity: Page, role: [user], operations: ['*'], effect: deny }",
      ['policy:p.yaml#1: create+read+update+delete+list: deny user'],
    ],
    [
      'one rule for every entity',
      "- { entity: '*', role: [public], operations: [update, delete], effect: deny }",
      ['policy:p.yaml#1: update+delete: deny public'],
    ],
    [
      'one for each where a predicate names fields',
      "- { entity: '*', operations: [delete], row_level_filter: id = $user.id }",
      [
        'policy:p.yaml#1.User: delete: grant everybody where id = $user.id',
        'policy:p.yaml#1.Page: delete: grant everybody where id = $user.id',
        'policy:p.yaml#1.Comment: delete: grant everybody where id = $user.id',
      ],
    ],
    [
      'a check and presets',
      '- { entity: Page, role: [user], operations: [create, update], check: ownerId = before(ownerId), set: { owner_id: $user.id } }',
      [
        'policy:p.yaml#1: create+update: grant user check ownerId = before(ownerId) set ownerId=$user.id',
      ],
    ],
  ])('%s', (_, text, rules) => {
    const read = readPolicies(text)
    expect(read.problems).toEqual([])
    expect(brief(read)).toEqual(rules)
  })

  it('names the entity of a rule, or `*`', () => {
    const text =
      "- { entity: '*', operations: [read], role: [user] }\n- { entity: Page, operations: [read] }"
    expect(readPolicies(text).rules.map(({ entity }) => entity)).toEqual(['*', 'Page'])
  })

  it.each([
    [
      'an unknown entity',
      '- { entity: Pag, role: [user], operations: [read] }',
      ['unknown-entity «Pag»'],
      'did you mean `Page`?',
    ],
    [
      'no entity',
      '- { role: [user], operations: [read] }',
      ['missing-key «{ role: [user], operations: [read] }»'],
      'an entity, or `"*"`',
    ],
    [
      'no name',
      '- { entity: [Page], role: [user], operations: [read] }',
      ['bad-value «[Page]»'],
      undefined,
    ],
    [
      'no operations',
      '- { entity: Page, role: [user] }',
      ['missing-key «{ entity: Page, role: [user] }»'],
      undefined,
    ],
    [
      'an unknown operation',
      '- { entity: Page, role: [user], operations: [red] }',
      ['unknown-action «red»'],
      'did you mean `read`?',
    ],
    [
      'an unknown key',
      '- { entity: Page, rol: [user], operations: [read] }',
      ['unknown-key «rol»'],
      'did you mean `role`?',
    ],
    ['no mapping', '- 3', ['bad-value «3»'], undefined],
    [
      'one fault for every entity',
      "- { entity: '*', operations: [read], row_level_filter: title = 'x' }",
      ['unknown-field «title»'],
      undefined,
    ],
    [
      'faults behind an unknown entity',
      '- { entity: Pag, role: [usr], operations: [read], row_level_filter: a = $user.x, fields: [b] }',
      ['unknown-entity «Pag»', 'unknown-role «usr»', 'unknown-claim «$user.x»'],
      undefined,
    ],
  ])('%s is a fault', (_, text, problems, hint) => {
    const read = readPolicies(text)
    expect(read.problems).toEqual(problems)
    if (hint !== undefined) expect(read.hints).toEqual([hint])
  })

  it('never throws, whatever the values', () => {
    const key = fc.constantFrom(...KEYS)
    const value = fc.jsonValue({ maxDepth: 2 })
    const rule = fc.oneof(value, fc.dictionary(key, fc.oneof(value, key, fc.constant('Page'))))
    fc.assert(
      fc.property(rule, fc.boolean(), (given, isAcl) => {
        const at = () => ({ file: 'x', line: 1, column: 1 })
        const common = { value: given, id: 'x', at }
        const source = isAcl
          ? ({ kind: 'acl', entity: 'Page', action: 'update', ...common } as const)
          : ({ kind: 'policy', ...common } as const)
        const { rules } = normaliseRules([source], scope)
        for (const one of rules) expect(one.actions.length).toBeGreaterThan(0)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('allowed(…) in a circle', () => {
  it('is an error at the rule that closes it', () => {
    const page = readAcl('read: { user: true, row_level: "allowed(headComment, \'read\')" }')
    const comment = readAcl(
      "read: { user: true, row_level: \"EXISTS(author WHERE EXISTS(pages WHERE allowed(owner, 'read'))) AND allowed(page, 'list')\" }",
      scope,
      'Comment',
    )
    const problems = checkAllowedCycles([...page.rules, ...comment.rules], entities)
    expect(problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'allowed-cycle: `allowed` goes in a circle: `Comment` read asks `Page` list asks `Comment` read',
    ])
  })

  it('is one when an entity asks itself', () => {
    const { rules } = readAcl('update: { user: true, check: "allowed(parent, \'update\')" }')
    expect(checkAllowedCycles(rules, entities)).toMatchObject([
      { code: 'allowed-cycle', severity: 'error', file: 'rules.yaml', line: 1 },
    ])
  })

  it('is found in a SELECT, and through a rule for every entity', () => {
    const { rules } = readPolicies(
      '- { entity: Page, role: [user], operations: [read], row_level_filter: "id IN (SELECT pageId FROM Comment WHERE allowed(page, \'read\'))" }',
    )
    expect(checkAllowedCycles(rules, entities)).toHaveLength(1)
  })

  it('is none where the questions end', () => {
    const update = readAcl('update: { user: true, row_level: "allowed(parent, \'read\')" }')
    const read = readAcl('read: { user: true, row_level: "allowed(owner, \'read\')" }')
    const user = readAcl('read: { public: true }', scope, 'User')
    const rules = [...update.rules, ...read.rules, ...user.rules]
    expect(checkAllowedCycles(rules, entities)).toEqual([])
  })
})
