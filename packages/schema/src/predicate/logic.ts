// Predicates joined, with constants folded and nesting removed. Exact in three-valued logic: unknown is never
// turned into a truth value.
import type { Predicate } from './predicate.ts'

export const TRUE: { readonly kind: 'true' } = { kind: 'true' }
export const FALSE: { readonly kind: 'false' } = { kind: 'false' }

/** AND of the terms: true disappears, false wins, of nothing it is true. */
export function allOf<O>(terms: readonly Predicate<O>[]): Predicate<O> {
  const flat = terms.flatMap((term) => (term.kind === 'and' ? term.terms : [term]))
  if (flat.some((term) => term.kind === 'false')) return FALSE
  return join(
    'and',
    flat.filter((term) => term.kind !== 'true'),
    TRUE,
  )
}

/** OR of the terms: false disappears, true wins, of nothing it is false. */
export function anyOf<O>(terms: readonly Predicate<O>[]): Predicate<O> {
  const flat = terms.flatMap((term) => (term.kind === 'or' ? term.terms : [term]))
  if (flat.some((term) => term.kind === 'true')) return TRUE
  return join(
    'or',
    flat.filter((term) => term.kind !== 'false'),
    FALSE,
  )
}

/** NOT of unknown is unknown, so only constants and a second NOT fold. */
export function negate<O>(term: Predicate<O>): Predicate<O> {
  if (term.kind === 'true') return FALSE
  if (term.kind === 'false') return TRUE
  return term.kind === 'not' ? term.term : { kind: 'not', term }
}

function join<O>(
  kind: 'and' | 'or',
  terms: readonly Predicate<O>[],
  none: Predicate<O>,
): Predicate<O> {
  const [first, second] = terms
  if (first === undefined) return none
  return second === undefined ? first : { kind, terms }
}
