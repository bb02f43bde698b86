// Is a pattern a regular expression, and safe to run on a value of the field's length? Plain ones are decided by
// counting, the rest by recheck, which is slow to load and is therefore loaded for them only.
import { loadRecheck } from '../load-libraries.ts'
import { countWays, UNBOUNDED } from './count-ways.ts'

/** Steps of the matcher that one value may cost. */
const MAX_STEPS = 2e7
/** Ways to match that do not depend on the text: thirty optional letters in a row are a billion. */
const MAX_CHOICES = 2 ** 24
/** What recheck may take for one pattern, in milliseconds; a pattern it cannot settle by then is refused. */
const CHECK_TIMEOUT_MS = 10_000

const settled = new Map<string, Complexity>()

type Complexity =
  | { readonly kind: 'safe' }
  | { readonly kind: 'exponential' }
  | { readonly kind: 'unsettled' }
  | { readonly kind: 'polynomial'; readonly degree: number }

/** The syntax error of a pattern, as a phrase. */
export function findPatternError(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u')
    return undefined
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    return message.replace(/^Invalid regular expression: /, '').replace(/^\/.*\/u?: /s, '')
  }
}

/** Why a pattern is not safe on values of up to `maxLength` characters; undefined when it is. */
export function findPatternDanger(pattern: string, maxLength: number): string | undefined {
  if (countWays(pattern, maxLength) <= MAX_STEPS) return undefined
  const choices = countWays(pattern, 1)
  if (choices !== UNBOUNDED && choices > MAX_CHOICES) return 'its choices multiply'
  const complexity = settle(pattern)
  switch (complexity.kind) {
    case 'safe':
      return undefined
    case 'exponential':
      return 'a short text can keep it busy for ever (exponential backtracking)'
    case 'unsettled':
      return 'it could not be shown that every text is matched in reasonable time'
    case 'polynomial':
      if (maxLength ** complexity.degree <= MAX_STEPS) return undefined
      return `a text of ${maxLength} characters can cost ${maxLength}^${complexity.degree} steps`
  }
}

function settle(pattern: string): Complexity {
  const known = settled.get(pattern)
  if (known !== undefined) return known
  const complexity = ask(pattern)
  settled.set(pattern, complexity)
  return complexity
}

function ask(pattern: string): Complexity {
  const answer = loadRecheck().checkSync(pattern, 'u', {
    timeout: CHECK_TIMEOUT_MS,
    checker: 'auto',
  })
  if (answer.status === 'safe') return { kind: 'safe' }
  if (answer.status === 'unknown') return { kind: 'unsettled' }
  if (answer.complexity.type === 'exponential') return { kind: 'exponential' }
  // A degree that was measured, not derived, is a lower bound and proves nothing.
  if (answer.complexity.isFuzz) return { kind: 'unsettled' }
  return { kind: 'polynomial', degree: answer.complexity.degree }
}
