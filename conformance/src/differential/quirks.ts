// In what an engine is known to differ from the store in memory, each with the sentence that allows it.
import type { Model } from '@proj/dbal-contract'
import type { Index } from '@proj/dbal-schema'

export interface Quirk {
  readonly name: string
  /** Absent: any. */
  readonly target?: string
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
  {
    // Rows of an update are taken in the engine's order, and the first that breaks a key is told of.
    name: 'another of several keys is told of that an updateMany breaks',
    spec: ['MUT-45'],
    appliesTo: (model) =>
      [...model.entities.values()].some(
        // Beside the primary key, which no update changes.
        ({ uniques, indexes }) => uniques.length + indexes.filter(isPartialKey).length > 2,
      ),
    isShownBy: (expected, actual) => {
      const [wanted, found] = [expected, actual].map((line) => BROKEN_KEY.exec(line)?.[1])
      return wanted !== undefined && wanted === found
    },
  },
  {
    name: 'a sum out of range is told of, or a key that another row of the updateMany breaks',
    spec: ['MUT-45'],
    appliesTo: hasKeyToBreak,
    isShownBy: (expected, actual) =>
      (BROKEN_KEY.test(expected) && OUT_OF_RANGE.test(actual)) ||
      (OUT_OF_RANGE.test(expected) && BROKEN_KEY.test(actual)),
  },
  {
    name: 'a reference to nothing is told of before a key that a later row of an updateMany breaks',
    target: 'mysql',
    spec: ['MUT-45'],
    appliesTo: hasKeyToBreak,
    isShownBy: (expected, actual) =>
      BROKEN_KEY.test(expected) && /^\w+\.update_many: ! .*"conflict":"foreign_key"/.test(actual),
  },
]

const OUT_OF_RANGE =
  /^\w+\.update_many: ! .*"code":"VALIDATION_ERROR".*"error":"must be an? \w+ between /

/** What stands before the fields. */
const BROKEN_KEY = /^(\w+\.update_many: ! .*"conflict":"unique",)"fields":/

/** Beside the primary key, which no update changes. */
function hasKeyToBreak(model: Model): boolean {
  return [...model.entities.values()].some(
    ({ uniques, indexes }) => uniques.length + indexes.filter(isPartialKey).length > 1,
  )
}

function isPartialKey({ unique, where }: Index): boolean {
  return unique && where !== undefined
}

/** Undefined: nobody expects the difference. */
export function quirkOf(
  target: string,
  model: Model,
  expected: string,
  actual: string,
): Quirk | undefined {
  return QUIRKS.find(
    (quirk) =>
      (quirk.target ?? target) === target &&
      quirk.appliesTo(model) &&
      quirk.isShownBy(expected, actual),
  )
}
