import type { SourceRange } from '../diagnostic/diagnostic.ts'
import { offsetInSource } from './source-offset.ts'
import type { SpecScalar } from './spec-node.ts'

/** The texts of a workspace by path, for positions that lie inside a scalar. */
export class SourceTexts {
  readonly #texts: ReadonlyMap<string, string>

  constructor(texts: ReadonlyMap<string, string>) {
    this.#texts = texts
  }

  /** Where `length` characters of a scalar's value, from `offset`, stand. */
  rangeInside(scalar: SpecScalar, offset: number, length: number): SourceRange {
    const { range } = scalar
    const source = this.#texts.get(range.file)
    if (source === undefined || scalar.end <= scalar.start) return range
    const start = offsetInSource(source, scalar, offset)
    const last = offsetInSource(source, scalar, offset + Math.max(1, length) - 1)
    const from = step(source, scalar, start)
    const to = step(source, scalar, Math.max(start, last) + 1)
    return { ...from, endLine: to.line, endColumn: to.column }
  }
}

function step(source: string, scalar: SpecScalar, offset: number): SourceRange {
  const passed = source.slice(scalar.start, offset)
  const newline = passed.lastIndexOf('\n')
  const lines = passed.split('\n').length - 1
  const { file, line, column } = scalar.range
  if (newline < 0) return { file, line, column: column + passed.length }
  return { file, line: line + lines, column: passed.length - newline }
}
