import type { SourceRange } from '../diagnostic/diagnostic.ts'

/** Offsets of a file as lines and columns, from 1. CR LF is one line break. */
export class LineIndex {
  readonly #file: string
  readonly #starts: readonly number[]

  constructor(file: string, text: string) {
    this.#file = file
    const starts = [0]
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.#starts = starts
  }

  range(start: number, end: number): SourceRange {
    const from = this.#position(start)
    const to = this.#position(Math.max(start, end))
    return { file: this.#file, ...from, endLine: to.line, endColumn: to.column }
  }

  #position(offset: number): { line: number; column: number } {
    let [low, high] = [0, this.#starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 }
  }
}
