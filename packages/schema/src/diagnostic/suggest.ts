// "Did you mean": the nearest known word by edits, a swap of neighbours counting as one.

/** The candidate that `word` was most likely meant to be; undefined when none is near. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const folded = fold(word)
  if (folded === '') return undefined
  let best: string | undefined
  let bestDistance = Math.max(1, Math.floor(folded.length / 3)) + 1
  for (const candidate of candidates) {
    if (candidate === word) continue
    const distance =
      fold(candidate) === folded ? 0 : editDistance(folded, fold(candidate), bestDistance)
    if (distance < bestDistance) {
      bestDistance = distance
      best = candidate
    }
  }
  return best
}

/** The same as a hint for a diagnostic: `did you mean \`required\`?`, or the choices when they are few. */
export function suggestHint(word: string, candidates: Iterable<string>): string | undefined {
  const known = [...candidates]
  const near = suggest(word, known)
  if (near !== undefined) return `did you mean \`${near}\`?`
  if (known.length === 0 || known.length > 12) return undefined
  return `known: ${known.join(', ')}`
}

// Spelling conventions are no distance: `created_at` for `createdAt`.
function fold(word: string): string {
  return word.replace(/[_\- ]/g, '').toLowerCase()
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        cost = Math.min(cost, at(beforeLast, column - 2) + 1)
      current.push(cost)
    }
    beforeLast = last
    last = current
  }
  return at(last, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.MAX_SAFE_INTEGER
}
