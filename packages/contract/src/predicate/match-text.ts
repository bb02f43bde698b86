// LIKE and its literal relatives. No regular expressions: a pattern must not be able to cost more than
// its length times the text's.
import type { MatchOp } from '@proj/dbal-schema'

/** A step of a LIKE pattern: `%`, `_`, or a literal code point. */
export type PatternStep =
  | { readonly kind: 'any' }
  | { readonly kind: 'one' }
  | { readonly kind: 'literal'; readonly point: string }

/** `insensitive` folds ASCII A to Z and nothing else, the same on every engine. */
export function matchText(
  op: MatchOp,
  text: string,
  wanted: string,
  insensitive: boolean,
): boolean {
  const [left, right] = insensitive ? [foldAscii(text), foldAscii(wanted)] : [text, wanted]
  switch (op) {
    case 'contains':
      return left.includes(right)
    case 'startsWith':
      return left.startsWith(right)
    case 'endsWith':
      return left.endsWith(right)
    case 'like':
      return isLike([...left], readPattern(right))
  }
}

/** A to Z as a to z, and nothing else. */
export function foldAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** A backslash makes the next character literal; at the end of the pattern it stands for itself. */
export function readPattern(pattern: string): readonly PatternStep[] {
  const steps: PatternStep[] = []
  const points = [...pattern]
  for (let i = 0; i < points.length; i += 1) {
    const point = points[i] ?? ''
    if (point === '%') steps.push({ kind: 'any' })
    else if (point === '_') steps.push({ kind: 'one' })
    else if (point === '\\' && i + 1 < points.length) {
      i += 1
      steps.push({ kind: 'literal', point: points[i] ?? '' })
    } else steps.push({ kind: 'literal', point })
  }
  return steps
}

/** Greedy with one point of return, the last `%`: an earlier one never has to give back more. */
function isLike(text: readonly string[], pattern: readonly PatternStep[]): boolean {
  let [at, step] = [0, 0]
  let [resumeAt, resumeStep] = [0, -1]
  while (at < text.length) {
    const wanted = pattern[step]
    if (wanted?.kind === 'any') {
      resumeStep = step
      resumeAt = at
      step += 1
    } else if (
      wanted?.kind === 'one' ||
      (wanted?.kind === 'literal' && wanted.point === text[at])
    ) {
      at += 1
      step += 1
    } else if (resumeStep >= 0) {
      step = resumeStep + 1
      resumeAt += 1
      at = resumeAt
    } else return false
  }
  return pattern.slice(step).every(({ kind }) => kind === 'any')
}
