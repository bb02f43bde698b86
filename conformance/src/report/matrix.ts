// What a run came to: chapters down, targets across.
import type { VectorResult } from '../vector/run-vectors.ts'

export interface Matrix {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** A cell reads `12`, or `10 (1 refused, 1 failed)`; `-` where nothing was played. */
export function matrixOf(results: readonly VectorResult[]): Matrix {
  const targets = [...new Set(results.map(({ target }) => target))]
  const chapters = [...new Set(results.map(({ vector }) => vector.chapter))]
  const row = (title: string, among: readonly VectorResult[]): readonly string[] => [
    title,
    ...targets.map((target) => cell(among.filter((result) => result.target === target))),
  ]
  return {
    header: ['chapter', ...targets],
    rows: [
      ...chapters.map((chapter) =>
        row(
          chapter === '' ? '(none)' : chapter,
          results.filter(({ vector }) => vector.chapter === chapter),
        ),
      ),
      row('all', results),
    ],
  }
}

function cell(results: readonly VectorResult[]): string {
  if (results.length === 0) return '-'
  const count = (kind: string): number =>
    results.filter(({ outcome }) => outcome.result === kind).length
  const others = [
    [count('refused'), 'refused'],
    [count('known'), 'known'],
    [count('fail'), 'failed'],
  ] as const
  const said = others.filter(([n]) => n > 0).map(([n, word]) => `${n} ${word}`)
  return said.length === 0 ? `${count('pass')}` : `${count('pass')} (${said.join(', ')})`
}
