import type { PatternStep } from './dialect.ts'

/** A backslash makes the next character literal; at the end of the pattern it stands for itself. */
export function readPattern(pattern: string): readonly PatternStep[] {
  const steps: PatternStep[] = []
  const points = [...pattern]
  for (let at = 0; at < points.length; at += 1) {
    const point = points[at] ?? ''
    if (point === '%') steps.push({ kind: 'any' })
    else if (point === '_') steps.push({ kind: 'one' })
    else if (point === '\\' && at + 1 < points.length) {
      at += 1
      steps.push({ kind: 'literal', point: points[at] ?? '' })
    } else steps.push({ kind: 'literal', point })
  }
  return steps
}

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
