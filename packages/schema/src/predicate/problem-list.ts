import type { PredicateProblem } from './predicate-problem.ts'
import type { Place } from './predicate-syntax.ts'

export class ProblemList {
  readonly found: PredicateProblem[] = []
  /** A name leads to something that is itself unreadable: no predicate, and nothing to say about it here. */
  unresolved = false

  add(code: string, message: string, { offset, length }: Place, hint?: string): undefined {
    const problem = { code, message, offset, length }
    this.found.push(hint === undefined ? problem : { ...problem, hint })
    return undefined
  }
}
