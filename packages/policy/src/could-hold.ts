import type { RulePredicate } from '@proj/dbal-schema'
import { operandsOf, partsOf } from '@proj/dbal-schema/model'

const COMPARISONS: ReadonlySet<string> = new Set(['compare', 'in', 'match', 'inSelect'])

/**
 * Whether a rule could hold for a caller without a single claim. A comparison with an absent claim is
 * unknown, and no NOT or AND around it makes it true.
 */
export function couldHoldForNobody(rule: RulePredicate): boolean {
  switch (rule.kind) {
    case 'missing':
    case 'true':
      return true
    case 'false':
      return false
    case 'or':
      return rule.terms.some(couldHoldForNobody)
    case 'not':
      // Only a comparison stays unknown under NOT: no row related to nobody is a fact.
      return !COMPARISONS.has(rule.term.kind) || couldHoldForNobody(rule.term)
    default:
      return (
        !operandsOf(rule).some(({ kind }) => kind === 'user') &&
        partsOf(rule).every(couldHoldForNobody)
      )
  }
}
