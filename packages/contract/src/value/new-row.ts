import type { ResultRow } from './value.ts'

type Inspect = (value: unknown, options: unknown) => string

/** Node prints a row as the plain object that it is to its reader. */
function print(this: ResultRow, _: number, options: unknown, inspect: Inspect): string {
  return inspect({ ...this }, options)
}

/** What rows inherit: nothing that has a name. */
export const ROW_PROTOTYPE: object = Object.freeze(
  Object.create(null, { [Symbol.for('nodejs.util.inspect.custom')]: { value: print } }) as object,
)

/** One shape that rows share: an object made by `Object.create(null)` is a dictionary, which is slower. */
const NewRow = function Row() {} as unknown as new () => ResultRow
NewRow.prototype = ROW_PROTOTYPE

/** A row without fields. It inherits no name, so that no field's name can reach what is no value. */
export function newRow(): ResultRow {
  return new NewRow()
}
