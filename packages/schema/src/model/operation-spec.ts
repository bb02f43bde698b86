import type { RulePredicate } from '../predicate/predicate.ts'
import type { FieldType } from './field.ts'
import type { SourceRange } from '../diagnostic/diagnostic.ts'

/** The operations every entity has, and the families whose name carries a field. */
export type BuiltIn =
  | 'create'
  | 'create_many'
  | 'read'
  | 'update'
  | 'update_many'
  | 'upsert'
  | 'delete'
  | 'delete_many'
  | 'list'
  | 'search'
  | 'count'
  | 'aggregate'
  | 'read_by'
  | 'get_by'
  | 'list_by'
  | 'get_tree'
  | 'reorder'
  | 'move'

export interface InputSpec {
  /** camelCase. */
  readonly name: string
  /** The spelling of the spec. */
  readonly key: string
  readonly type: FieldType | 'list' | 'object'
  readonly required: boolean
  readonly sensitive: boolean
  /** Null is a value of it: a node without a parent is a root. */
  readonly nullable?: boolean
  /** The field of the entity it stands for, where it is one. */
  readonly field?: string
}

export type OutputSpec =
  | { readonly kind: 'scalar'; readonly type: 'boolean' | 'integer' | 'string' | 'json' | 'float' }
  | { readonly kind: 'entity'; readonly entity: string; readonly many: boolean }

export interface RateLimit {
  readonly maxAttempts: number
  readonly windowSeconds: number
  /** `$input.username`, `$user.id`; absent: the principal. */
  readonly key?: string
}

export interface OperationSpec {
  /** The spelling of the spec (`get_tree`), which is also the name in errors, audit and reference. */
  readonly name: string
  /** The method on the client (`getTree`). */
  readonly method: string
  /** Absent: a registered handler runs it. */
  readonly builtIn?: BuiltIn
  /** The field of `read_by_<field>`, `get_by_<field>`, `list_by_<field>` (camelCase). */
  readonly byField?: string
  /** False for a standard operation that no file lists. */
  readonly declared: boolean
  readonly description?: string
  readonly input: readonly InputSpec[]
  readonly output: OutputSpec
  readonly public: boolean
  readonly systemOnly: boolean
  /** Verbs that must grant: from `acl_required`, else the built-in's own. */
  readonly verbs: readonly { readonly entity: string; readonly action: string }[]
  readonly rowLevelCheck?: RulePredicate
  readonly rateLimit?: RateLimit
  readonly validation: readonly { readonly rule: string; readonly message: string }[]
  readonly errors: readonly { readonly code: string; readonly message: string }[]
  readonly security: Readonly<Record<string, boolean | string | number>>
  /** `reads: [passwordHash]`: never-exposed fields the handler is given. */
  readonly reads: readonly string[]
  readonly pagination: boolean
  readonly defaultLimit: number
  readonly maxLimit: number
  readonly fullTextSearch?: readonly string[]
  readonly source?: SourceRange
}
