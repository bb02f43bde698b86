export interface Spread {
  readonly median: number
  readonly p25: number
  readonly p75: number
}

/** Of at least one figure; between two figures it is their weighted mean. */
export function spreadOf(figures: readonly number[]): Spread {
  const sorted = figures.toSorted((a, b) => a - b)
  const at = (share: number): number => {
    const place = share * (sorted.length - 1)
    const below = sorted[Math.floor(place)] ?? 0
    const above = sorted[Math.ceil(place)] ?? 0
    return below + (above - below) * (place - Math.floor(place))
  }
  return { median: at(0.5), p25: at(0.25), p75: at(0.75) }
}
