// How a LIKE pattern is spelled for an engine.
import type { PatternStep } from '@proj/dbal-contract'

/** For LIKE with a backslash as escape. */
export function printLike(steps: readonly PatternStep[]): string {
  return steps
    .map((step) => {
      if (step.kind === 'any') return '%'
      if (step.kind === 'one') return '_'
      return /[%_\\]/.test(step.point) ? `\\${step.point}` : step.point
    })
    .join('')
}

/** For SQLite's GLOB, which unlike its LIKE is case-sensitive. */
export function printGlob(steps: readonly PatternStep[]): string {
  return steps
    .map((step) => {
      if (step.kind === 'any') return '*'
      if (step.kind === 'one') return '?'
      return /[*?[]/.test(step.point) ? `[${step.point}]` : step.point
    })
    .join('')
}
