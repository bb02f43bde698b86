// The predicates of a rule, and how they join for each of its alternatives.
import type { RulePredicate } from '../predicate/predicate.ts'
import { allOf, FALSE, TRUE } from '../predicate/logic.ts'
import { checkPredicate } from '../predicate/check-predicate.ts'
import type { Grant } from './read-grants.ts'
import { valueRange, type RuleBlock } from './rule-block.ts'

export interface RulePredicates {
  /** `row_level`: narrows `self` where it is granted, else every alternative. */
  readonly rowLevel?: RulePredicate
  /** `row_level_filter`: narrows every alternative. */
  readonly rowFilter?: RulePredicate
  readonly check?: RulePredicate
}

export function readRulePredicates(block: RuleBlock): RulePredicates {
  const rowLevel = readPredicate(block, 'row_level', false)
  const rowFilter = readPredicate(block, 'row_level_filter', false)
  const check = readPredicate(block, 'check', true)
  return {
    ...(rowLevel === undefined ? {} : { rowLevel }),
    ...(rowFilter === undefined ? {} : { rowFilter }),
    ...(check === undefined ? {} : { check }),
  }
}

/** `where` and `check` of one alternative; absent where they let every row through. */
export function joinPredicates(
  block: RuleBlock,
  grant: Grant,
  grants: readonly Grant[],
  { rowLevel = TRUE, rowFilter = TRUE, check }: RulePredicates,
): { readonly where?: RulePredicate; readonly check?: RulePredicate } {
  // The system principal may do everything, whatever the rows.
  if (grant.system === true) return {}
  const hasSelf = grants.some(({ self }) => self === true)
  const narrowed = !hasSelf || grant.self === true ? rowLevel : TRUE
  const own = grant.self === true ? selfPredicate(block) : TRUE
  const where = allOf([own, narrowed, rowFilter])
  const image = check === undefined ? undefined : imageCheck(block, own, narrowed, check)
  return {
    ...(where.kind === 'true' ? {} : { where }),
    ...(image === undefined ? {} : { check: image }),
  }
}

/** A row that is made has no other state to be somebody's own in than the one it will have. */
function imageCheck(
  { actions }: RuleBlock,
  own: RulePredicate,
  narrowed: RulePredicate,
  check: RulePredicate,
): RulePredicate {
  return actions.includes('create') ? allOf([own, narrowed, check]) : check
}

/** The row is the principal's own. Where nothing says whose it is, the row level beside it does, else it never holds. */
function selfPredicate({ entity, scope, values }: RuleBlock): RulePredicate {
  const { owner } = entity ?? {}
  const narrowed = values.has('row_level') || values.has('row_level_filter')
  if (narrowed && (owner === undefined || owner.guessed === true)) return TRUE
  const field = owner === undefined ? undefined : entity?.fields.get(owner.field)
  if (owner === undefined || field === undefined) return FALSE
  const type = scope.claims.get(owner.claim)?.type ?? field.type
  return {
    kind: 'compare',
    op: '=',
    left: { kind: 'field', path: [], field: field.name, type: field.type },
    right: { kind: 'user', name: owner.claim, type },
  }
}

function readPredicate(
  block: RuleBlock,
  key: string,
  allowBefore: boolean,
): RulePredicate | undefined {
  const value = block.values.get(key)
  if (value === undefined) return undefined
  if (typeof value === 'boolean') return value ? TRUE : FALSE
  const range = valueRange(block, key)
  if (typeof value !== 'string') {
    block.problems.error('bad-value', range, `\`${key}\` expects a predicate`)
    return FALSE
  }
  const { entities, claims, predicateAt } = block.scope
  const { entity } = block
  const { predicate, problems } = checkPredicate(value, { entity, entities, claims, allowBefore })
  for (const { code, message, hint, offset, length } of problems) {
    // An entity that does not exist is reported where it is named.
    if (code === 'field-without-row') continue
    block.problems.error(code, predicateAt(range, value, offset, length), message, hint)
  }
  // The fault, reported here or where the entity stands, keeps the model from being made.
  return predicate ?? FALSE
}
