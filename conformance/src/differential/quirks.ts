// In what an engine is known to differ from the store in memory, each with the sentence that allows it.

export interface Quirk {
  readonly name: string
  readonly target: string
  /** Sentences of docs/spec. */
  readonly spec: readonly string[]
  /** What is stored is the same all the same, so that the steps after it are compared as well. */
  readonly isHarmless: boolean
  /** Of the lines of a transcript. */
  isShownBy(expected: string, actual: string): boolean
}

const QUIRKS: readonly Quirk[] = [
  {
    name: 'rows of one deleteMany hinder each other',
    target: 'mysql',
    spec: ['MUT-41'],
    isHarmless: false,
    isShownBy: (expected, actual) =>
      /^\w+\.delete_many: \d+$/.test(expected) &&
      /^\w+\.delete_many: ! .*"conflict":"foreign_key"/.test(actual),
  },
  {
    // After an error it answers nothing more until the transaction has ended.
    name: 'which row of a bulk write failed is not told inside of a transaction',
    target: 'duckdb',
    spec: ['ERR-5'],
    isHarmless: true,
    isShownBy: (expected, actual) =>
      expected.includes('"conflict":"') && expected.replace(/,"index":\d+/, '') === actual,
  },
]

/** Undefined: nobody expects the difference. */
export function quirkOf(target: string, expected: string, actual: string): Quirk | undefined {
  return QUIRKS.find((quirk) => quirk.target === target && quirk.isShownBy(expected, actual))
}
