// What a rule looks at, so that what cannot matter to it is not asked.
import { operandsOf, partsOf } from '@proj/dbal-contract'
import type { Entity, QueryPredicate, RuleOperand, RulePredicate } from '@proj/dbal-schema'

/** True when the rule looks at the field of the row itself, or beyond the row, where it might. */
export function mentionsField(rule: RulePredicate, field: string): boolean {
  return (
    looksBeyond(rule) ||
    operandsOf(rule).some(
      (operand) => isField(operand) && (operand.field === field || operand.path.length > 0),
    ) ||
    partsOf(rule).some((part) => mentionsField(part, field))
  )
}

export function mentionsBefore(rule: RulePredicate): boolean {
  return (
    operandsOf(rule).some((operand) => operand.kind === 'before') ||
    partsOf(rule).some(mentionsBefore)
  )
}

/** False when the caller and the input decide, with whatever is stored elsewhere. */
export function looksAtRow(rule: RulePredicate): boolean {
  if (rule.kind === 'exists' || rule.kind === 'allowed') return true
  if (operandsOf(rule).some(isField)) return true
  // The rows of a subselect are rows of their own.
  return rule.kind !== 'inSelect' && partsOf(rule).some(looksAtRow)
}

/** True when the filter asks for one primary key. */
export function pinsRow({ primaryKey }: Entity, filter: QueryPredicate): boolean {
  const terms = filter.kind === 'and' ? filter.terms : [filter]
  return primaryKey.every((name) =>
    terms.some(
      (term) =>
        term.kind === 'compare' &&
        term.op === '=' &&
        term.left.kind === 'field' &&
        term.left.path.length === 0 &&
        term.left.field === name &&
        term.right.kind === 'param',
    ),
  )
}

function looksBeyond({ kind }: RulePredicate): boolean {
  return kind === 'exists' || kind === 'inSelect' || kind === 'allowed'
}

function isField(operand: RuleOperand): operand is Extract<RuleOperand, { kind: 'field' }> {
  return operand.kind === 'field'
}
