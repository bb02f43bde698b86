// A check as far as a policy can say it: a policy knows one row, so what asks for the row before the
// change, or for the input of the call, is left open. Truth only grows on the way from false over
// unknown to true, so the result holds wherever the check does.
import { operandsOf, type RuleOperand, type RulePredicate } from '@proj/dbal-schema'

const UNSAID: ReadonlySet<RuleOperand['kind']> = new Set(['before', 'input'])

/** The same object where a policy can say all of it. `upper` false: the result holds only where it does. */
export function weaken(rule: RulePredicate, upper = true): RulePredicate {
  if (operandsOf(rule).some(({ kind }) => UNSAID.has(kind)))
    return { kind: upper ? 'true' : 'false' }
  switch (rule.kind) {
    case 'and':
    case 'or': {
      const terms = rule.terms.map((term) => weaken(term, upper))
      return terms.every((term, at) => term === rule.terms[at]) ? rule : { ...rule, terms }
    }
    case 'not': {
      const term = weaken(rule.term, !upper)
      return term === rule.term ? rule : { ...rule, term }
    }
    case 'holds': {
      const term = weaken(rule.term, upper)
      return term === rule.term ? rule : { ...rule, term }
    }
    case 'exists':
    case 'inSelect': {
      const where = weaken(rule.where, upper)
      return where === rule.where ? rule : { ...rule, where }
    }
    default:
      return rule
  }
}
