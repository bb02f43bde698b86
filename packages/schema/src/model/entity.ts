import type { RulePredicate } from '../predicate/predicate.ts'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Field } from './field.ts'
import type { OperationSpec } from './operation-spec.ts'
import type { Relation } from './relation.ts'

export interface Index {
  /** Physical name, unique in the workspace. */
  readonly name: string
  readonly fields: readonly string[]
  readonly unique: boolean
  /** Partial index: only rows that satisfy it. */
  readonly where?: RulePredicate
  readonly kind?: string
}

export interface Constraint {
  readonly name: string
  readonly check: RulePredicate
  /** The rule as written, for messages and DDL comments. */
  readonly text: string
}

export interface EntitySecurity {
  /** Never in any result of the public API; filters on them are for system only. */
  readonly neverExpose: readonly string[]
  readonly auditAllAccess: boolean
  readonly scanForMalicious: boolean
  readonly sandboxRequired: boolean
}

/** Tree operations: the only self foreign key, and the field that orders siblings. */
export interface TreeShape {
  readonly parentField: string
  /** Relation from a node to its parent, and its inverse. */
  readonly parentRelation: string
  readonly orderField?: string
  /** The other required foreign key whose rows form one tree (`pageId`), where there is one. */
  readonly ownerField?: string
}

export interface Entity {
  readonly name: string
  readonly version?: string
  readonly description?: string
  readonly package?: string
  /** Physical table. */
  readonly table: string
  /** Accessor on the client: `users`. */
  readonly accessor: string
  /** In spec order, by camelCase name. */
  readonly fields: ReadonlyMap<string, Field>
  /** Field names, one or more. */
  readonly primaryKey: readonly string[]
  /** Field lists that identify a row: the primary key first, then unique fields and unconditional unique indexes, in spec order. */
  readonly uniques: readonly (readonly string[])[]
  /** Every physical index but the primary key's: `unique`, `unique_within` and `index` of fields are among them. */
  readonly indexes: readonly Index[]
  readonly relations: ReadonlyMap<string, Relation>
  /** By spec name (`get_tree`); standard ones are always there. */
  readonly operations: ReadonlyMap<string, OperationSpec>
  readonly constraints: readonly Constraint[]
  /** Names of `type: custom` constraints: each needs a rule registered in code. */
  readonly customConstraints?: readonly string[]
  readonly security: EntitySecurity
  /** The user entity. */
  readonly principal: boolean
  /** Compared with the principal by `self: true`: `userId` with `$user.id`. */
  readonly owner?: {
    readonly field: string
    readonly claim: string
    /** By the field's name alone: a `row_level` beside `self` says better who owns the row. */
    readonly guessed?: true
  }
  readonly ttl?: { readonly field: string; readonly autoDelete: boolean }
  readonly softDelete?: { readonly field: string }
  readonly optimisticLock?: string
  readonly tree?: TreeShape
  readonly source: SourceRange
}
