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
]

/** Undefined: nobody expects the difference. */
export function quirkOf(target: string, expected: string, actual: string): Quirk | undefined {
  return QUIRKS.find((quirk) => quirk.target === target && quirk.isShownBy(expected, actual))
}
