// Predicates joined, with constants folded and nesting removed. Exact in three-valued logic: unknown is never
// turned into a truth value.
import type { Predicate } from './predicate.ts'

export const TRUE: { readonly kind: 'true' } = { kind: 'true' }
export const FALSE: { readonly kind: 'false' } = { kind: 'false' }

/** AND of the terms: true disappears, false wins, of nothing it is true. */
export function allOf<O>(terms: readonly Predicate<O>[]): Predicate<O> {
  return join('and', terms, TRUE, FALSE)
}

/** OR of the terms: false disappears, true wins, of nothing it is false. */
export function anyOf<O>(terms: readonly Predicate<O>[]): Predicate<O> {
  return join('or', terms, FALSE, TRUE)
}

/** NOT of unknown is unknown, so only constants and a second NOT fold. */
export function negate<O>(term: Predicate<O>): Predicate<O> {
  if (term.kind === 'true') return FALSE
  if (term.kind === 'false') return TRUE
  return term.kind === 'not' ? term.term : { kind: 'not', term }
}

/** `none` says nothing beside other terms, and `all` says everything. */
function join<O>(
  kind: 'and' | 'or',
  terms: readonly Predicate<O>[],
  none: Predicate<O>,
  all: Predicate<O>,
): Predicate<O> {
  const flat: Predicate<O>[] = []
  for (const outer of terms)
    for (const term of outer.kind === kind ? outer.terms : [outer]) {
      if (term.kind === all.kind) return all
      if (term.kind !== none.kind) flat.push(term)
    }
  const [first, second] = flat
  if (first === undefined) return none
  return second === undefined ? first : { kind, terms: flat }
}
