import type {
  CheckShape,
  ColumnShape,
  ForeignKeyShape,
  IndexShape,
  SchemaShape,
  TableShape,
} from '../shape/schema-shape.ts'

/** What lies between two schemas. */
export interface Difference {
  readonly before: SchemaShape
  readonly after: SchemaShape
  readonly created: readonly TableShape[]
  readonly dropped: readonly TableShape[]
  readonly changed: readonly TableChange[]
}

export interface TableChange {
  readonly before: TableShape
  readonly after: TableShape
  readonly columns: PartChanges<ColumnShape>
  readonly checks: PartChanges<CheckShape>
  readonly foreignKeys: PartChanges<ForeignKeyShape>
  readonly indexes: PartChanges<IndexShape>
  readonly primaryKey: boolean
}

export interface PartChanges<T> {
  readonly added: readonly T[]
  readonly dropped: readonly T[]
  readonly altered: readonly PartChange<T>[]
}

export interface PartChange<T> {
  readonly before: T
  readonly after: T
}
