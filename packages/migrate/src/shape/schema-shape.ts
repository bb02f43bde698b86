// What a model asks of one engine, in parts that can be compared: every definition is the text that
// creates it, so that whatever changes the SQL is noticed.
import type { Entity, Field, Model } from '@proj/dbal-schema'

export interface SchemaShape {
  readonly model: Model
  /** By physical name, referenced tables before those that refer to them. */
  readonly tables: ReadonlyMap<string, TableShape>
}

export interface TableShape {
  readonly name: string
  readonly entity: Entity
  /** By physical name, like everything below. */
  readonly columns: ReadonlyMap<string, ColumnShape>
  readonly primaryKey: readonly string[]
  readonly checks: ReadonlyMap<string, CheckShape>
  readonly foreignKeys: ReadonlyMap<string, ForeignKeyShape>
  readonly indexes: ReadonlyMap<string, IndexShape>
}

export interface ColumnShape {
  readonly name: string
  readonly field: Field
  readonly definition: string
  readonly type: string
  readonly required: boolean
  /** The literal after DEFAULT. */
  readonly fallback: string | undefined
  /** How its values are stored: two types of one form need no conversion. */
  readonly form: string
}

export interface CheckShape {
  readonly name: string
  readonly definition: string
  readonly condition: string
  /** Of one column's type or values; an entity's own constraint has none. */
  readonly column?: string
  /** What the column is limited to. */
  readonly values?: readonly string[]
}

export interface ForeignKeyShape {
  readonly name: string
  readonly definition: string
  readonly column: string
  readonly target: { readonly table: string; readonly column: string }
}

export interface IndexShape {
  readonly name: string
  /** The whole statement. */
  readonly definition: string
  readonly columns: readonly string[]
  readonly unique: boolean
  /** Of a partial index, whether or not the engine has such. */
  readonly condition: string | undefined
}
