import type { ResultRow } from './value.ts'

/** Of its own, so that rows share one shape and are not dictionaries, as `Object.create(null)` makes them. */
const NewRow = function Row() {} as unknown as new () => ResultRow
NewRow.prototype = Object.freeze(Object.create(null) as object)

/** A row without fields. It inherits nothing, so that no field's name can reach what is no value. */
export function newRow(): ResultRow {
  return new NewRow()
}
