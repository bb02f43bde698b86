// How field values are typed in generated code. Input types accept what the client converts
// (docs/spec/values.md); result types are what it answers.
import type { JsonNullType, JsonValue } from '@proj/dbal-contract'

/** A value of a json field. `null` there is SQL NULL; JSON's own null is `JsonNull`. */
export type Json = Exclude<JsonValue, null> | JsonNullType

/** A moment: a Date, or ISO 8601 text. */
export type DateTimeInput = Date | string

/** A 64-bit integer; a safe number is accepted in its place. */
export type BigIntInput = bigint | number

/** Changes a number by an amount instead of setting it. */
export interface Increment<T> {
  increment: T
}

/** `T` without some keys; of a union, each member on its own. */
export type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
