// The tree of a predicate as written, before names and types are known.
import type { CompareOp } from './predicate.ts'

export interface Place {
  readonly offset: number
  readonly length: number
}

export interface Name extends Place {
  readonly text: string
}

export type SyntaxOperand = Place &
  (
    | { readonly kind: 'path'; readonly names: readonly Name[] }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'null' }
    | { readonly kind: 'reference'; readonly root: string; readonly name: Name | undefined }
    | { readonly kind: 'before'; readonly names: readonly Name[] }
  )

export type ReferenceSyntax = Extract<SyntaxOperand, { kind: 'reference' }>

export interface SelectSyntax {
  readonly kind: 'select'
  readonly field: Name
  readonly entity: Name
  readonly where: SyntaxNode | undefined
}

export interface ListSyntax {
  readonly kind: 'list'
  readonly items: readonly SyntaxOperand[]
}

export type SyntaxNode = Place &
  (
    | { readonly kind: 'constant'; readonly value: boolean }
    | { readonly kind: 'and' | 'or'; readonly terms: readonly SyntaxNode[] }
    | { readonly kind: 'not'; readonly term: SyntaxNode }
    | {
        readonly kind: 'compare'
        readonly op: CompareOp
        readonly left: SyntaxOperand
        readonly right: SyntaxOperand
      }
    | {
        readonly kind: 'like'
        readonly negated: boolean
        readonly left: SyntaxOperand
        readonly right: SyntaxOperand
      }
    | {
        readonly kind: 'in'
        readonly negated: boolean
        readonly left: SyntaxOperand
        readonly list: ListSyntax | SelectSyntax | ReferenceSyntax
      }
    | {
        readonly kind: 'isNull' | 'isMissing'
        readonly negated: boolean
        readonly operand: SyntaxOperand
      }
    | {
        readonly kind: 'exists'
        readonly path: readonly Name[]
        readonly where: SyntaxNode | undefined
      }
    | { readonly kind: 'allowed'; readonly path: readonly Name[]; readonly action: Name }
    /** An operand that stands alone. */
    | { readonly kind: 'bare'; readonly operand: SyntaxOperand }
    /** Could not be read; already reported. */
    | { readonly kind: 'broken' }
  )
