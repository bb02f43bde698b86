// The predicate tree: written in YAML, made from filters, compiled to SQL, evaluated in memory.
// Logic is three-valued everywhere: true, false, unknown.
import type { FieldType } from '../model/field.ts'

export type CompareOp = '=' | '!=' | '<' | '<=' | '>' | '>='
export type MatchOp = 'contains' | 'startsWith' | 'endsWith' | 'like'

/** A field of the row in scope, reached over zero or more to-one relations; a missing row gives NULL. */
export interface FieldOperand {
  readonly kind: 'field'
  readonly path: readonly string[]
  readonly field: string
  readonly type: FieldType
}

/**
 * Canonical for the type it stands beside: uuid in lower case, decimal as a string, bigint as a number (beyond
 * 2^53 as a string of digits), datetime as ISO with milliseconds and Z, bytes as base64.
 */
export interface LiteralOperand {
  readonly kind: 'literal'
  readonly value: string | number | boolean | null
}

/** A value supplied with the query: `params[index]`; a list one holds an array of values. */
export interface ParamOperand {
  readonly kind: 'param'
  readonly index: number
  readonly type: FieldType
  readonly list?: boolean
}

/** What a rule may name beside the row. An absent one is NULL, so a comparison with it is unknown. */
export interface ReferenceOperand {
  readonly kind: 'user' | 'context' | 'input'
  readonly name: string
  readonly type?: FieldType
  readonly list?: boolean
}

export interface NowOperand {
  readonly kind: 'now'
}

/** The value before the change; legal in a `check` only. */
export interface BeforeOperand {
  readonly kind: 'before'
  readonly field: string
  readonly type: FieldType
}

/** How many rows a to-many relation has that satisfy `where`. */
export interface RelationCountOperand<O> {
  readonly kind: 'relationCount'
  readonly relation: string
  readonly where?: Predicate<O>
}

/** A value inside a JSON field; `path` steps are keys or array indexes. */
export interface JsonPathOperand {
  readonly kind: 'jsonPath'
  readonly field: FieldOperand
  readonly path: readonly (string | number)[]
}

/** Operands a query may hold: nothing in them depends on who asks. */
export type QueryOperand =
  | FieldOperand
  | LiteralOperand
  | ParamOperand
  | JsonPathOperand
  | RelationCountOperand<QueryOperand>

/** Operands a rule of the spec may hold. */
export type RuleOperand =
  FieldOperand | LiteralOperand | ReferenceOperand | NowOperand | BeforeOperand

export type Predicate<O = RuleOperand> =
  | { readonly kind: 'true' }
  | { readonly kind: 'false' }
  | { readonly kind: 'and'; readonly terms: readonly Predicate<O>[] }
  | { readonly kind: 'or'; readonly terms: readonly Predicate<O>[] }
  | { readonly kind: 'not'; readonly term: Predicate<O> }
  /** Unknown becomes false: `every` and masks need it; a plain WHERE does not. */
  | { readonly kind: 'holds'; readonly term: Predicate<O> }
  | { readonly kind: 'compare'; readonly op: CompareOp; readonly left: O; readonly right: O }
  /** Never unknown: two NULLs are not distinct. */
  | { readonly kind: 'distinct'; readonly left: O; readonly right: O }
  | { readonly kind: 'isNull'; readonly operand: O }
  /** `list` is one list operand, or the values written out. Empty matches nothing. */
  | { readonly kind: 'in'; readonly left: O; readonly list: O | readonly O[] }
  | {
      readonly kind: 'match'
      readonly op: MatchOp
      readonly insensitive: boolean
      readonly left: O
      readonly right: O
    }
  /** Some row over the relation satisfies `where`, whose scope is that row. */
  | { readonly kind: 'exists'; readonly relation: string; readonly where: Predicate<O> }
  | {
      readonly kind: 'inSelect'
      readonly left: O
      readonly entity: string
      readonly field: string
      readonly where: Predicate<O>
    }
  /** The JSON value is JSON null (not SQL NULL), or a container holds an element. */
  | { readonly kind: 'jsonNull'; readonly operand: O }
  /** `$user.x IS MISSING`. */
  | { readonly kind: 'missing'; readonly operand: O }
  /** `allowed(relation, 'read')`: the related row's own rules decide. */
  | { readonly kind: 'allowed'; readonly relation: string; readonly action: string }

export type RulePredicate = Predicate<RuleOperand>
export type QueryPredicate = Predicate<QueryOperand>
