// Rows of `createMany` that are plainly right, which nearly all are: the names of each are those of the row before, so
// that its values are all there is to look at. What is not so is for the validator, which judges as strictly and says
// what is wrong. An item that is canonical as it is stays the one that the call took (take-input.ts).
import {
  isFilledIn,
  isPlainObject,
  isRequiredOnCreate,
  judgeOwnValue,
  Refused,
} from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { LIMITS } from '../query/limits.ts'

type Data = Readonly<Record<string, unknown>>
type Copy = Record<string, unknown>

const ITEMS = 'items'
/** Known to compilers of JavaScript, who need not look in a loop over the names; `Object.hasOwn` is not. */
const { hasOwnProperty } = Object.prototype

export class PlainRows {
  /** Those that the caller may send. */
  readonly #fields = new Map<string, Field>()
  readonly #required: readonly string[]
  /** Of the row before, in its order. */
  #names: readonly string[] = []
  #judged: readonly Field[] = []
  readonly #isOwnField: boolean

  constructor({ fields }: Entity, system: boolean) {
    for (const field of fields.values())
      if (system || !isFilledIn(field)) this.#fields.set(field.name, field)
    this.#required = [...fields.values()].filter(isRequiredOnCreate).map(({ name }) => name)
    this.#isOwnField = fields.has(ITEMS)
  }

  /** The input with canonical values; undefined where it is not plainly right. */
  read(input: unknown): { items: Data[] } | undefined {
    if (this.#isOwnField || !isPlainObject(input)) return undefined
    const [only, ...more] = Object.keys(input)
    if (only !== ITEMS || more.length > 0) return undefined
    const given = input[ITEMS]
    if (!Array.isArray(given) || given.length > LIMITS.bulkRows) return undefined
    const items: Data[] = []
    for (const item of given as readonly unknown[]) {
      const row = this.#row(item)
      if (row === undefined) return undefined
      items.push(row)
    }
    return { items }
  }

  #row(item: unknown): Data | undefined {
    if (!isPlainObject(item)) return undefined
    return this.#judge(item) ?? (this.#learn(item) ? this.#judge(item) : undefined)
  }

  /** The item, or a copy of it with canonical values; undefined where a name or a value is not right. */
  #judge(item: Data): Data | undefined {
    const names = this.#names
    let changed: Copy | undefined
    let at = 0
    for (const name in item) {
      // What is inherited is another name.
      if (names[at] !== name || !hasOwnProperty.call(item, name)) return undefined
      const value = item[name]
      const judged = judgeOwnValue(this.#judged[at] as Field, value)
      if (judged instanceof Refused) return undefined
      if (judged !== value) {
        changed ??= { ...item }
        changed[name] = judged
      }
      at += 1
    }
    if (at === 0 || at < names.length) return undefined
    return changed ?? item
  }

  /** False where the names themselves are not right. */
  #learn(item: Data): boolean {
    const names = Object.keys(item)
    const judged: Field[] = []
    for (const name of names) {
      const field = this.#fields.get(name)
      if (field === undefined) return false
      judged.push(field)
    }
    if (!this.#required.every((name) => names.includes(name))) return false
    this.#names = names
    this.#judged = judged
    return true
  }
}
