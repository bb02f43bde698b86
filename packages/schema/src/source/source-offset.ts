// Where a character of a scalar's value stands in the file: quotes, escapes, folds and indentation lie between.
import type { SpecScalar } from './spec-node.ts'

/** The offset in `source` of the value's character at `index`. */
export function offsetInSource(source: string, scalar: SpecScalar, index: number): number {
  const value = String(scalar.value)
  let at = scalar.start
  const opening = source[at]
  if (opening === '"' || opening === "'") at++
  else if (opening === '|' || opening === '>') at = source.indexOf('\n', at) + 1
  for (let done = 0; done < Math.min(index, value.length) && at < scalar.end; done++)
    at = afterCharacter(source, skipLayout(source, at, value[done]), value[done], opening)
  return Math.min(skipLayout(source, at, value[index]), Math.max(scalar.start, scalar.end))
}

/** Spaces and line breaks that the value does not hold. */
function skipLayout(source: string, at: number, character: string | undefined): number {
  let next = at
  while (source[next] !== character && /\s/.test(source[next] ?? '')) next++
  return next
}

function afterCharacter(
  source: string,
  at: number,
  character: string | undefined,
  opening: string | undefined,
): number {
  if (opening === "'" && source.startsWith("''", at)) return at + 2
  if (opening === '"' && source[at] === '\\') {
    const escape = /^\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)/s.exec(
      source.slice(at, at + 10),
    )
    return at + (escape?.[0].length ?? 1)
  }
  // A folded line break is one space of the value and stays for skipLayout to pass over.
  return source[at] === character ? at + 1 : at
}
