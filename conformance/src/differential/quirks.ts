// In what an engine is known to differ from the store in memory, each with the sentence that allows it.
import type { Model } from '@proj/dbal-contract'

export interface Quirk {
  readonly name: string
  readonly target: string
  /** Sentences of docs/spec. */
  readonly spec: readonly string[]
  /** Whether the contract has what it takes. */
  appliesTo(model: Model): boolean
  /** Of the lines of a transcript. */
  isShownBy(expected: string, actual: string): boolean
}

const QUIRKS: readonly Quirk[] = [
  {
    name: 'rows that go together, or a row and itself, hinder each other by a reference that may not be null',
    target: 'mysql',
    spec: ['MUT-41'],
    appliesTo: (model) =>
      [...model.entities.values()].some((entity) =>
        [...entity.fields.values()].some(
          ({ nullable, foreignKey }) =>
            !nullable &&
            (foreignKey?.onDelete === 'restrict' || foreignKey?.onDelete === 'no_action'),
        ),
      ),
    isShownBy: (expected, actual) =>
      /^\w+\.delete(_many)?: (true|\d+)$/.test(expected) &&
      /^\w+\.delete(_many)?: ! .*"conflict":"foreign_key"/.test(actual),
  },
]

/** Undefined: nobody expects the difference. */
export function quirkOf(
  target: string,
  model: Model,
  expected: string,
  actual: string,
): Quirk | undefined {
  return QUIRKS.find(
    (quirk) =>
      quirk.target === target && quirk.appliesTo(model) && quirk.isShownBy(expected, actual),
  )
}
