// One side of a comparison with its names resolved and its type found. What may stand beside what is left to
// match-types.ts.
import { suggestHint } from '../diagnostic/suggest.ts'
import type { Field, FieldType } from '../model/field.ts'
import { camelCase } from '../naming/camel-case.ts'
import type { PredicateScope } from './check-predicate.ts'
import type { EntityShape } from './entity-shape.ts'
import type { Name, Place, ReferenceSyntax, SyntaxOperand } from './predicate-syntax.ts'
import type { ReferenceOperand, RuleOperand } from './predicate.ts'
import type { ProblemList } from './problem-list.ts'
import { findField, resolvePath } from './resolve-path.ts'

type Shape = Pick<Field, 'type' | 'values' | 'precision' | 'scale'>

export type Typed = Place &
  (
    | {
        readonly kind: 'typed'
        readonly operand: RuleOperand
        readonly shape: Shape
        /** A column, not something the principal or the caller brings. */
        readonly stored: boolean
      }
    /** Its type becomes known when the rule runs: `$context.x`. */
    | { readonly kind: 'any'; readonly operand: ReferenceOperand }
    | { readonly kind: 'list'; readonly operand: ReferenceOperand; readonly shape?: Shape }
    | { readonly kind: 'object'; readonly operand: ReferenceOperand }
    | { readonly kind: 'now' }
    | { readonly kind: 'literal'; readonly value: string | boolean }
    | { readonly kind: 'number'; readonly text: string }
    | { readonly kind: 'null' }
  )

/** The entity whose row is in scope, and the one whose row is being decided on. */
export interface RowScope {
  readonly entity: EntityShape | undefined
  readonly root: EntityShape | undefined
}

const ROOTS: readonly string[] = ['user', 'context', 'input', 'now']

export class OperandTyper {
  readonly #scope: PredicateScope
  readonly #problems: ProblemList

  constructor(scope: PredicateScope, problems: ProblemList) {
    this.#scope = scope
    this.#problems = problems
  }

  /** Undefined when it was reported. */
  type(syntax: SyntaxOperand, row: RowScope): Typed | undefined {
    const { offset, length } = syntax
    switch (syntax.kind) {
      case 'path':
        return this.#path(syntax, syntax.names, row)
      case 'before':
        return this.#before(syntax, syntax.names, row)
      case 'reference':
        return this.#reference(syntax)
      case 'string':
      case 'boolean':
        return { kind: 'literal', value: syntax.value, offset, length }
      case 'number':
        return { kind: 'number', text: syntax.text, offset, length }
      case 'null':
        return { kind: 'null', offset, length }
    }
  }

  /** Reports what needs more than the row's own fields where nothing else is there. */
  refuseBeyondRow(what: string, place: Place): boolean {
    if (this.#scope.rowOnly !== true) return false
    const message = `${what} cannot be named here: only the row's own fields and literals can`
    this.#problems.add('not-allowed-here', message, place)
    return true
  }

  #path(place: Place, names: readonly Name[], { entity }: RowScope): Typed | undefined {
    if (entity === undefined) return this.#noRow(place)
    if (names.length > 1 && this.refuseBeyondRow('a relation', place)) return undefined
    const found = resolvePath(entity, names, this.#scope.entities, this.#problems)
    if (found === undefined) return undefined
    const { path, field } = found
    const operand = { kind: 'field', path, field: field.name, type: field.type } as const
    return { kind: 'typed', operand, shape: field, stored: true, ...at(place) }
  }

  #before(place: Place, names: readonly Name[], { root }: RowScope): Typed | undefined {
    if (this.refuseBeyondRow('`before(…)`', place)) return undefined
    if (this.#scope.allowBefore !== true) {
      const message = '`before(…)` has a meaning in a `check` only'
      return this.#problems.add('not-allowed-here', message, place)
    }
    if (root === undefined) return this.#noRow(place)
    if (names.length > 1) {
      const message = '`before(…)` takes a field of the row itself'
      return this.#problems.add('not-allowed-here', message, place)
    }
    const found = resolvePath(root, names, this.#scope.entities, this.#problems)
    if (found === undefined) return undefined
    const { field } = found
    const operand = { kind: 'before', field: field.name, type: field.type } as const
    return { kind: 'typed', operand, shape: field, stored: true, ...at(place) }
  }

  #noRow(place: Place): undefined {
    const message = 'there is no row here, so no field can be named'
    return this.#problems.add('field-without-row', message, place)
  }

  #reference(syntax: ReferenceSyntax): Typed | undefined {
    const { root, name } = syntax
    if (!ROOTS.includes(root)) {
      const known = ROOTS.map((word) => `$${word}`)
      const message = `there is no \`$${root}\``
      return this.#problems.add(
        'unknown-reference',
        message,
        syntax,
        suggestHint(`$${root}`, known),
      )
    }
    if (this.refuseBeyondRow(`\`$${root}\``, syntax)) return undefined
    if (root === 'now') {
      if (name === undefined) return { kind: 'now', ...at(syntax) }
      return this.#problems.add('unknown-reference', '`$now` has no parts', syntax)
    }
    if (name === undefined)
      return this.#problems.add(
        'predicate-syntax',
        `\`$${root}\` needs a name: \`$${root}.…\``,
        syntax,
      )
    if (root === 'user') return this.#claim(syntax, name)
    if (root === 'input') return this.#input(syntax, name)
    return { kind: 'any', operand: { kind: 'context', name: name.text }, ...at(syntax) }
  }

  #claim(place: Place, name: Name): Typed | undefined {
    const { claims } = this.#scope
    const claim = claims.get(name.text) ?? claims.get(camelCase(name.text))
    if (claim === undefined) {
      const message = `there is no claim \`${name.text}\``
      return this.#problems.add(
        'unknown-claim',
        message,
        place,
        suggestHint(name.text, claims.keys()),
      )
    }
    return reference('user', claim.name, claim.type, claim.list, place)
  }

  #input(place: Place, name: Name): Typed | undefined {
    const { inputs, allowInput } = this.#scope
    if (allowInput !== true) {
      const message = '`$input` has a meaning in the predicates of an operation only'
      return this.#problems.add('not-allowed-here', message, place)
    }
    if (inputs === undefined)
      return { kind: 'any', operand: { kind: 'input', name: name.text }, ...at(place) }
    const key = inputs.has(name.text) ? name.text : camelCase(name.text)
    const type = inputs.get(key)
    if (type === undefined) {
      const message = `there is no input \`${name.text}\``
      return this.#problems.add(
        'unknown-input',
        message,
        place,
        suggestHint(name.text, inputs.keys()),
      )
    }
    if (type === 'object')
      return { kind: 'object', operand: { kind: 'input', name: key }, ...at(place) }
    if (type === 'list')
      return { kind: 'list', operand: { kind: 'input', name: key, list: true }, ...at(place) }
    return reference('input', key, type, false, place)
  }
}

/** A plain field of an entity, as SELECT names it. */
export function typedField(entity: EntityShape, name: Name): Typed | undefined {
  const field = findField(entity, name.text)
  if (field === undefined) return undefined
  const operand = { kind: 'field', path: [], field: field.name, type: field.type } as const
  return { kind: 'typed', operand, shape: field, stored: true, ...at(name) }
}

/** A json one takes the type of what it is compared with. */
function reference(
  kind: 'user' | 'input',
  name: string,
  type: FieldType,
  list: boolean,
  place: Place,
): Typed {
  if (list)
    return { kind: 'list', operand: { kind, name, type, list }, shape: { type }, ...at(place) }
  if (type === 'json') return { kind: 'any', operand: { kind, name }, ...at(place) }
  const operand = { kind, name, type } as const
  return { kind: 'typed', operand, shape: { type }, stored: false, ...at(place) }
}

function at({ offset, length }: Place): Place {
  return { offset, length }
}
