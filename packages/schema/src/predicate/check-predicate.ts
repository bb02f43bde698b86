// The door of the predicate language: text in, typed tree or problems out.
import type { FieldType } from '../model/field.ts'
import type { Claim } from '../model/model.ts'
import type { EntityShape } from './entity-shape.ts'
import { parsePredicate } from './parse-predicate.ts'
import type { PredicateProblem } from './predicate-problem.ts'
import type { RulePredicate } from './predicate.ts'
import { ProblemList } from './problem-list.ts'
import { PredicateTyper } from './type-predicate.ts'

/** What the names of a predicate may stand for. */
export interface PredicateScope {
  /** The row's entity; undefined where there is no row, and then no field may be named. */
  readonly entity: EntityShape | undefined
  readonly entities: ReadonlyMap<string, EntityShape>
  /** Every claim `$user.<claim>` may name, `id`, `role` and `roles` included. */
  readonly claims: ReadonlyMap<string, Claim>
  /** Inputs by camelCase name; absent: any name. */
  readonly inputs?: ReadonlyMap<string, FieldType | 'list' | 'object'>
  /** `before(field)` may be named: the predicate is a `check`. */
  readonly allowBefore?: boolean
  /** `$input.<name>` may be named: the predicate belongs to an operation. */
  readonly allowInput?: boolean
  /** Constraints and partial indexes: the row's own fields and literals only. */
  readonly rowOnly?: boolean
}

/**
 * The typed tree of a predicate, or everything that is wrong with it, in the order of the text. It never throws.
 * Both are absent only when a name leads to an entity that could not be read, which its own file reports.
 */
export function checkPredicate(
  text: string,
  scope: PredicateScope,
): { predicate?: RulePredicate; problems: readonly PredicateProblem[] } {
  const { node, problems: faults } = parsePredicate(text)
  const list = new ProblemList()
  const { entity } = scope
  const predicate = node && new PredicateTyper(scope, list).type(node, { entity, root: entity })
  const problems = inOrder([...faults, ...list.found])
  if (predicate === undefined || problems.length > 0 || list.unresolved) return { problems }
  return { predicate, problems }
}

/** By place; one fault of syntax at one place, since each level of nesting may stumble over the same token. */
function inOrder(problems: readonly PredicateProblem[]): readonly PredicateProblem[] {
  const kept = new Map<string, PredicateProblem>()
  for (const problem of problems) {
    const syntax = problem.code === 'predicate-syntax'
    const key = `${problem.offset}:${problem.code}:${syntax ? '' : problem.message}`
    if (!kept.has(key)) kept.set(key, problem)
  }
  return [...kept.values()].sort((a, b) => a.offset - b.offset)
}
