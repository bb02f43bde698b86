// The rules of a model with the roles left open: each rule asks for its roles as one more term, so that
// one predicate holds for all callers. For what decides on roles itself: a database.
import type { AccessRule, Model, RulePredicate } from '@proj/dbal-schema'
import { allOf, anyOf, negate } from '@proj/dbal-schema/model'
import { PrincipalAccess } from './principal-access.ts'
import type { Reference } from './references.ts'

/** No claim is called so: names in rules have no blank. */
const PREFIX = 'has role '

/** The access of any caller; decisions are made of `rolesAsked` terms beside those of the rules. */
export function accessOfEveryone(model: Model): PrincipalAccess {
  return new PrincipalAccess({ ...model, rules: model.rules.map(openRule) }, [], 'user')
}

/** The roles, one of which the caller must have for the reference to be true; undefined for all others. */
export function rolesAsked(reference: Reference): readonly string[] | undefined {
  if (reference.kind !== 'user' || !reference.name.startsWith(PREFIX)) return undefined
  return JSON.parse(reference.name.slice(PREFIX.length)) as readonly string[]
}

function openRule(rule: AccessRule): AccessRule {
  const { roles, where, check, ...rest } = rule
  if (roles === undefined || rule.effect === 'never' || rule.system === true) return rule
  const mine = hasRole(roles)
  const narrow = (term: RulePredicate | undefined): RulePredicate =>
    rule.effect === 'require'
      ? anyOf([negate(mine), term ?? { kind: 'true' }])
      : allOf([mine, term ?? { kind: 'true' }])
  if (check === undefined) return { ...rest, where: narrow(where) }
  // A rule of the row as it will be stays one, so that it says nothing of the row as it is.
  const isBar = rule.effect === 'deny' && where === undefined
  return { ...rest, ...(isBar ? {} : { where: narrow(where) }), check: narrow(check) }
}

function hasRole(roles: readonly string[]): RulePredicate {
  const name = `${PREFIX}${JSON.stringify(roles)}`
  const left = { kind: 'user', name, type: 'boolean' } as const
  return { kind: 'compare', op: '=', left, right: { kind: 'literal', value: true } }
}
