// Names of validation rules that have a meaning of their own; any other rule is code.
import type { Entity, Field, RuleFamily } from '@proj/dbal-schema'
import { findRuleFamily } from '@proj/dbal-schema/model'

export const NO_ESCALATION = 'no_role_escalation'

/**
 * The field and family of `<field>_unique` and its like; undefined where no field has that name. A rule
 * of a unique constraint over several fields has no field: the constraint is what checks it.
 */
export function readFamily(
  entity: Entity,
  rule: string,
): { readonly field: Field | undefined; readonly family: RuleFamily['kind'] } | undefined {
  const found = findRuleFamily(entity, rule)
  if (found === undefined) return undefined
  const [name = '', ...more] = found.fields
  return { field: more.length > 0 ? undefined : entity.fields.get(name), family: found.kind }
}

/** Whether a rule has to be registered in code. */
export function needsCode(entity: Entity, rule: string): boolean {
  return rule !== NO_ESCALATION && readFamily(entity, rule) === undefined
}
