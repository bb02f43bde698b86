// In how many ways a pattern can divide a text: an upper bound on what a backtracking matcher tries. Reads just enough
// of the syntax for that; the pattern is known to compile.

/** A repetition without bound of something that itself leaves a choice: no bound that would be of use. */
export const UNBOUNDED = Number.POSITIVE_INFINITY

/** @param length The ways that one repetition without bound is counted as: the length of the text. */
export function countWays(pattern: string, length: number): number {
  const reader = new WaysReader(pattern, length)
  const ways = reader.alternatives()
  return reader.anchored ? ways : ways * length
}

class WaysReader {
  readonly #pattern: string
  readonly #length: number
  #at = 0
  /** True when a match can only start where the text does. */
  readonly anchored: boolean

  constructor(pattern: string, length: number) {
    this.#pattern = pattern
    this.#length = length
    this.anchored = /^\^(?:[^|]|\\\|)*$/s.test(pattern)
  }

  alternatives(): number {
    let sum = this.#sequence()
    while (this.#pattern[this.#at] === '|') {
      this.#at++
      sum += this.#sequence()
    }
    return sum
  }

  #sequence(): number {
    let product = 1
    // A condition is tried once where it stands: the first ones cost their own ways, not those of what follows.
    let most = 1
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at] ?? '')) {
      const { ways, condition } = this.#atom()
      if (condition && product === 1) most = Math.max(most, ways)
      else product *= this.#repeated(ways)
    }
    return Math.max(product, most)
  }

  #atom(): { ways: number; condition: boolean } {
    const rest = this.#pattern.slice(this.#at)
    if (rest.startsWith('(')) {
      const opening = /^\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?/.exec(rest)?.[0] ?? '('
      this.#at += opening.length
      const ways = this.alternatives()
      this.#at++
      return { ways, condition: /[=!]$/.test(opening) }
    }
    // What a back reference matches is not known here.
    if (/^\\[1-9k]/.test(rest))
      return { ways: this.#skip(rest, /^\\(?:\d+|k<[^>]*>)/, UNBOUNDED), condition: false }
    const atom = /^(?:\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\.|\[(?:\\.|[^\]\\])*\]|.)/su
    return { ways: this.#skip(rest, atom, 1), condition: false }
  }

  #repeated(ways: number): number {
    const rest = this.#pattern.slice(this.#at)
    const sign = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(rest)?.[0]
    if (sign === undefined) return ways
    this.#at += sign.length
    if (sign.startsWith('?')) return ways + 1
    const [, least = '', comma, most = ''] = /^\{(\d+)(,?)(\d*)/.exec(sign) ?? []
    if (least === '' || (comma === ',' && most === '')) return ways === 1 ? this.#length : UNBOUNDED
    const [from, to] = [Number(least), comma === ',' ? Number(most) : Number(least)]
    if (ways === 1) return Math.min(this.#length, to - from + 1)
    return ways ** to * Math.min(this.#length, to - from + 1)
  }

  #skip(rest: string, token: RegExp, ways: number): number {
    this.#at += token.exec(rest)?.[0].length ?? 1
    return ways
  }
}
