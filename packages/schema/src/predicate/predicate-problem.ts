/** A fault in the text of a predicate; positions are offsets in that text, in UTF-16 units. */
export interface PredicateProblem {
  /** Stable, kebab-case, as of a diagnostic. */
  readonly code: string
  readonly message: string
  readonly hint?: string
  readonly offset: number
  readonly length: number
}
