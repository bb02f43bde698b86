// Random rules, the policy file that says them, and what they mean, worked out apart from the product.
import fc from 'fast-check'
import { ATOMS } from './atoms.ts'
import { evaluateExpression, printExpression, type Expression } from './expression.ts'
import {
  ENTITIES,
  FIELDS,
  PAIR,
  type Caller,
  type EntityName,
  type PlainRow,
  type World,
} from './world.ts'

export type Verb = 'read' | 'create' | 'update' | 'delete'

export interface Rule {
  readonly entity: EntityName
  readonly verb: Verb
  readonly role: readonly string[] | undefined
  readonly effect: 'grant' | 'deny' | 'require'
  /** Absent: all rows. */
  readonly where: Expression | undefined
  readonly fields: readonly string[] | undefined
  readonly cascade: 'system' | undefined
}

const ROLES = ['user', 'moderator'] as const

function expressions(entity: EntityName): fc.Arbitrary<Expression> {
  const atom = fc
    .constantFrom(...ATOMS[entity])
    .map((value): Expression => ({ kind: 'atom', atom: value }))
  const negated = atom.map((term): Expression => ({ kind: 'not', term }))
  const leaf = fc.oneof({ arbitrary: atom, weight: 3 }, negated)
  const pair = fc.tuple(fc.constantFrom('and' as const, 'or' as const), leaf, leaf)
  const both = pair.map(([kind, a, b]): Expression => ({ kind, terms: [a, b] }))
  const not = both.map((term): Expression => ({ kind: 'not', term }))
  return fc.oneof({ arbitrary: leaf, weight: 3 }, { arbitrary: both, weight: 2 }, not)
}

function sometimes<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
}

function rulesOf(entity: EntityName): fc.Arbitrary<readonly Rule[]> {
  const rule = (
    verb: Verb,
    effect: Rule['effect'],
    fields: fc.Arbitrary<readonly string[] | undefined>,
  ): fc.Arbitrary<Rule> =>
    fc.record({
      entity: fc.constant(entity),
      verb: fc.constant(verb),
      role: sometimes(fc.subarray([...ROLES], { minLength: 1 })),
      effect: fc.constant(effect),
      // Writes are mostly open: what they answer is told by what may be read.
      where:
        verb === 'read'
          ? fc.option(expressions(entity), { nil: undefined, freq: 4 })
          : sometimes(expressions(entity)),
      fields,
      cascade:
        verb === 'delete' && effect === 'grant'
          ? fc.constantFrom(undefined, 'system' as const)
          : fc.constant(undefined),
    })
  const some = fc.option(fc.subarray(FIELDS[entity].slice(1), { minLength: 1 }), {
    nil: undefined,
    freq: 2,
  })
  const every = fc.constant(undefined)
  const mostly = fc.oneof({ weight: 3, arbitrary: every }, some)
  const writes = fc.constantFrom<Verb>('create', 'update', 'delete')
  const lists = [
    fc.array(rule('read', 'grant', some), { minLength: 1, maxLength: 3 }),
    fc.array(fc.oneof(rule('read', 'deny', every), rule('read', 'deny', some)), { maxLength: 1 }),
    fc.array(rule('read', 'require', every), { maxLength: 1 }),
    fc.array(
      writes.chain((verb) => rule(verb, 'grant', verb === 'delete' ? every : mostly)),
      { minLength: 2, maxLength: 5 },
    ),
    fc.array(
      writes.chain((verb) =>
        fc.constantFrom('deny' as const, 'require' as const).chain((e) => rule(verb, e, every)),
      ),
      { maxLength: 1 },
    ),
    // Writes over relations need the rights of two entities at once.
    fc.oneof(fc.constant([]), open(entity)),
    entity === PAIR.entity ? fc.constantFrom([], SEALED) : fc.constant([]),
  ] as const
  return fc.tuple(...lists).map((parts) => parts.flat())
}

/** Nobody may read or send one part of a key. */
const SEALED = (['read', 'create', 'update'] as const).map((verb): Rule => ({
  entity: PAIR.entity,
  verb,
  role: undefined,
  effect: 'deny',
  where: undefined,
  fields: [PAIR.hidden],
  cascade: undefined,
}))

/** Everybody may write all fields of all rows that he sees, and delete what hangs on them. */
function open(entity: EntityName): fc.Arbitrary<readonly Rule[]> {
  const rest = { role: undefined, effect: 'grant' as const, where: undefined, fields: undefined }
  const write = (verb: Verb): Rule => ({ ...rest, entity, verb, cascade: undefined })
  return fc.constant([
    write('create'),
    write('update'),
    { ...write('delete'), cascade: 'system' as const },
  ])
}

export const rules: fc.Arbitrary<readonly Rule[]> = fc
  .tuple(...ENTITIES.map(rulesOf))
  .map((parts) => parts.flat())

export function policyText(list: readonly Rule[]): string {
  const said = list.map((rule) => ({
    entity: rule.entity,
    operations: rule.verb === 'read' ? ['read', 'list'] : [rule.verb],
    ...(rule.role === undefined ? {} : { role: rule.role }),
    effect: rule.effect,
    ...(rule.where === undefined ? {} : { row_level_filter: printExpression(rule.where) }),
    ...(rule.fields === undefined ? {} : { fields: rule.fields }),
    ...(rule.cascade === undefined ? {} : { cascade: rule.cascade }),
  }))
  // JSON is YAML.
  return JSON.stringify({ rules: said }, undefined, 1)
}

/** The fields that the caller may read of a row, or nothing where the row is hidden. */
export function shownFields(
  list: readonly Rule[],
  entity: EntityName,
  row: PlainRow,
  world: World,
  caller: Caller,
): readonly string[] | undefined {
  const mine = list.filter(
    (rule) =>
      rule.entity === entity &&
      rule.verb === 'read' &&
      (rule.role === undefined || rule.role.includes(caller.role)),
  )
  const truth = ({ where }: Rule): boolean | null =>
    where === undefined ? true : evaluateExpression(where, row, world, caller)
  const grants = mine.filter((rule) => rule.effect === 'grant' && truth(rule) === true)
  const denies = mine.filter((rule) => rule.effect === 'deny' && truth(rule) !== false)
  const unmet = mine.some((rule) => rule.effect === 'require' && truth(rule) !== true)
  if (grants.length === 0 || unmet || denies.some(({ fields }) => fields === undefined)) return
  const shown = FIELDS[entity].filter(
    (field) =>
      grants.some(({ fields }) => fields === undefined || fields.includes(field)) &&
      !denies.some(({ fields }) => fields?.includes(field)) &&
      field !== 'hash' &&
      (field !== 'pin' || row['ownerId'] === caller.claims['id']),
  )
  return shown.includes('id') ? shown : ['id', ...shown]
}
