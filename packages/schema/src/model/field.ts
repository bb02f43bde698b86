// One field of an entity: its meaning, not its spelling in any engine.
import type { JsonValue } from './json-value.ts'

/** The types a value can have; synonyms of the YAML (`int`, `number`, `timestamp`) are already folded in. */
export type FieldType =
  | 'uuid'
  | 'cuid'
  | 'string'
  | 'text'
  | 'email'
  | 'url'
  | 'integer'
  | 'bigint'
  | 'float'
  | 'decimal'
  | 'boolean'
  | 'datetime'
  | 'date'
  | 'time'
  | 'json'
  | 'bytes'
  | 'enum'

/**
 * What fills a field that the caller leaves out. `user` takes a claim of the principal; a literal is in wire form
 * (bigint and decimal as strings, datetime as ISO with milliseconds and Z, bytes in base64), and so are `min` and `max`.
 */
export type FieldDefault =
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'now' }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'user'; readonly claim: string }

export type ReferentialAction = 'restrict' | 'cascade' | 'set_null' | 'set_default' | 'no_action'

export interface ForeignKey {
  readonly entity: string
  readonly field: string
  readonly onDelete: ReferentialAction
  readonly onUpdate: ReferentialAction
}

export interface Field {
  /** camelCase: the name in TypeScript, on the wire and in results. */
  readonly name: string
  /** The spelling of the spec, which is the physical column. */
  readonly column: string
  readonly type: FieldType
  /** Part of the primary key. */
  readonly primary: boolean
  /** Filled by the client: an id (uuid, cuid) or the creation time (datetime, bigint). */
  readonly generated: boolean
  /** As the spec says, and every primary key; a default or `generated` may still fill it. */
  readonly required: boolean
  readonly nullable: boolean
  readonly unique: boolean
  readonly immutable: boolean
  readonly sensitive: boolean
  readonly autoUpdate: boolean
  readonly default?: FieldDefault
  readonly min?: number | string
  readonly max?: number | string
  readonly minLength?: number
  /** Code points for strings, bytes for `bytes`; always set for string-like types (255, text 1 MiB). */
  readonly maxLength?: number
  readonly pattern?: string
  /** The values of an enum, in spec order. */
  readonly values?: readonly string[]
  /** Digits of a decimal: total and after the point (default 20, 6). */
  readonly precision?: number
  readonly scale?: number
  readonly foreignKey?: ForeignKey
  readonly description?: string
  readonly deprecated?: string | true
}
