// The values that cross every layer. One meaning for each field type (docs/spec/values.md):
// uuid cuid string text email url enum date time decimal -> string, integer float -> number,
// bigint -> bigint, boolean, datetime -> Date, bytes -> Uint8Array, json -> JsonValue or JsonNull.
import type { JsonValue } from '@proj/dbal-schema'

class JsonNullValue {
  toJSON(): null {
    return null
  }
}

/** JSON's `null` stored in a json field; plain `null` is SQL NULL. */
export const JsonNull: JsonNullType = Object.freeze(new JsonNullValue())
export type JsonNullType = Readonly<JsonNullValue>

export type Value =
  string | number | bigint | boolean | Date | Uint8Array | JsonValue | JsonNullType | null

/** A stored row: field names (camelCase) to values, without a prototype. */
export type Row = Record<string, Value>

/** A row with what was included: a relation's name holds a row, null, rows or a count. */
export type ResultRow = { [key: string]: Value | ResultRow | readonly ResultRow[] }
