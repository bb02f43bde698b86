/** Milliseconds. */
export interface Backoff {
  readonly minMs: number
  readonly maxMs: number
}

/** Milliseconds before the next attempt: anything up to a bound that doubles, so that clients part. */
export function delayOf(attempt: number, { minMs, maxMs }: Backoff, random: () => number): number {
  const bound = Math.min(maxMs, minMs * 2 ** Math.min(attempt, 30))
  return minMs / 2 + random() * (bound - minMs / 2)
}
