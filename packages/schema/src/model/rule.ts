// Access rules in the one form that policies compile from; `acl`, `policies/` and `row_level*` all become these.
import type { RulePredicate } from '../predicate/predicate.ts'
import type { SourceRange } from '../diagnostic/diagnostic.ts'

export type Action = 'create' | 'read' | 'update' | 'delete' | 'list'

/** A mapping from a field to the value it is preset to on a write. */
export interface Preset {
  readonly field: string
  readonly value:
    | { readonly kind: 'user' | 'context'; readonly name: string }
    | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
    | { readonly kind: 'now' }
}

/** Field names a rule lets through, per use; an absent list means every field. */
export interface FieldRule {
  readonly read?: readonly string[]
  readonly filter?: readonly string[]
  readonly sort?: readonly string[]
  readonly aggregate?: readonly string[]
  readonly create?: readonly string[]
  readonly update?: readonly string[]
}

export interface AccessRule {
  /** Unique in the model and stable between loads of the same text: `acl:User.read.0`, `policy:fence.yaml#2`. */
  readonly id: string
  /** An entity name, or `*`. */
  readonly entity: string
  readonly actions: readonly Action[]
  /** `never` is `<action>: false`: nobody, the system principal included. */
  readonly effect: 'grant' | 'deny' | 'require' | 'never'
  /** Exactly these roles (the ladder is already expanded); absent: every role, signed in or not. */
  readonly roles?: readonly string[]
  /** Holds for the system principal only. */
  readonly system?: boolean
  /** The row as it is (read, update, delete). Absent: any row. */
  readonly where?: RulePredicate
  /** The row as it will be (create, update, upsert). Absent: `where`. */
  readonly check?: RulePredicate
  readonly fields?: FieldRule
  readonly set?: readonly Preset[]
  readonly cascade?: 'check' | 'system'
  readonly source: SourceRange
}
