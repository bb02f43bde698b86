// The part of Prisma's own description of a schema (DMMF) that an import reads.

export interface DmmfEnum {
  readonly name: string
  readonly values: readonly { readonly name: string; readonly dbName?: string | null }[]
}

export interface DmmfModel {
  readonly name: string
  readonly dbName: string | null
  readonly documentation?: string
  readonly fields: readonly DmmfField[]
  readonly primaryKey: { readonly fields: readonly string[] } | null
}

export interface DmmfField {
  readonly name: string
  readonly dbName?: string
  readonly kind: 'scalar' | 'object' | 'enum'
  readonly type: string
  readonly isList: boolean
  readonly isRequired: boolean
  readonly isUnique: boolean
  readonly isId: boolean
  readonly isUpdatedAt?: boolean
  /** A literal, a list of them, or a call. */
  readonly default?: unknown
  readonly nativeType?: readonly [string, readonly string[]] | null
  readonly documentation?: string
  readonly relationName?: string
  readonly relationFromFields?: readonly string[]
  readonly relationToFields?: readonly string[]
  readonly relationOnDelete?: string
  readonly relationOnUpdate?: string
}

export interface DmmfIndex {
  readonly model: string
  readonly type: 'id' | 'unique' | 'normal' | 'fulltext'
  readonly isDefinedOnField: boolean
  readonly dbName?: string
  /** What it is made by, where that is no B-tree. */
  readonly algorithm?: string
  readonly fields: readonly DmmfIndexField[]
}

export interface DmmfIndexField {
  readonly name: string
  readonly sortOrder?: string
  readonly length?: number
  readonly operatorClass?: string
}

export interface Datamodel {
  readonly enums: readonly DmmfEnum[]
  readonly models: readonly DmmfModel[]
  readonly indexes: readonly DmmfIndex[]
}

/** `@default(uuid())`, `@default(dbgenerated("…"))`. */
export interface DefaultCall {
  readonly name: string
  readonly args: readonly unknown[]
}

export function defaultCall(field: DmmfField): DefaultCall | undefined {
  const value = field.default
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return value as DefaultCall
}

/** A field that is a column. */
export function isColumn(field: DmmfField): boolean {
  return field.kind === 'scalar' || field.kind === 'enum'
}
