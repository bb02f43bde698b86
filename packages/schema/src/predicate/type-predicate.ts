// The tree as written to the typed tree. Every fault is reported; a node with one gives undefined.
import { suggestHint } from '../diagnostic/suggest.ts'
import type { PredicateScope } from './check-predicate.ts'
import type { EntityShape } from './entity-shape.ts'
import { matchText, matchTypes } from './match-types.ts'
import type {
  ListSyntax,
  Name,
  Place,
  ReferenceSyntax,
  SelectSyntax,
  SyntaxNode,
} from './predicate-syntax.ts'
import type { RuleOperand, RulePredicate } from './predicate.ts'
import type { ProblemList } from './problem-list.ts'
import { resolveField, resolveRelation } from './resolve-path.ts'
import { OperandTyper, typedField, type RowScope, type Typed } from './type-operand.ts'

const ALLOWED_ACTIONS: readonly string[] = ['read', 'list', 'update', 'delete']

type Of<K extends SyntaxNode['kind']> = Extract<SyntaxNode, { kind: K }>

export class PredicateTyper {
  readonly #scope: PredicateScope
  readonly #problems: ProblemList
  readonly #operands: OperandTyper

  constructor(scope: PredicateScope, problems: ProblemList) {
    this.#scope = scope
    this.#problems = problems
    this.#operands = new OperandTyper(scope, problems)
  }

  type(node: SyntaxNode, row: RowScope): RulePredicate | undefined {
    switch (node.kind) {
      case 'broken':
        return undefined
      case 'constant':
        return { kind: node.value ? 'true' : 'false' }
      case 'and':
      case 'or':
        return this.#joined(node, row)
      case 'not':
        return negated(this.type(node.term, row), true)
      case 'compare':
        return this.#compare(node, row)
      case 'like':
        return this.#like(node, row)
      case 'in':
        return negated(this.#in(node, row), node.negated)
      case 'isNull':
      case 'isMissing':
        return negated(this.#absent(node, row), node.negated)
      case 'exists':
        return this.#exists(node, row)
      case 'allowed':
        return this.#allowed(node, row)
      case 'bare':
        return this.#bare(node, row)
    }
  }

  /** Nested ANDs are one AND; constants stay, for the text is the author's. */
  #joined({ kind, terms }: Of<'and' | 'or'>, row: RowScope): RulePredicate | undefined {
    const typed = terms.map((term) => this.type(term, row))
    const whole = typed.filter((term) => term !== undefined)
    if (whole.length < typed.length) return undefined
    return { kind, terms: whole.flatMap((term) => (term.kind === kind ? term.terms : [term])) }
  }

  #compare(node: Of<'compare'>, row: RowScope): RulePredicate | undefined {
    const left = this.#operands.type(node.left, row)
    const right = this.#operands.type(node.right, row)
    if (left === undefined || right === undefined) return undefined
    const pair = matchTypes(left, right, node.op, node, this.#problems)
    return pair === undefined ? undefined : { kind: 'compare', op: node.op, ...pair }
  }

  #like(node: Of<'like'>, row: RowScope): RulePredicate | undefined {
    const left = this.#operands.type(node.left, row)
    const right = this.#operands.type(node.right, row)
    const value = left === undefined ? undefined : matchText(left, this.#problems)
    const pattern = right === undefined ? undefined : matchText(right, this.#problems)
    if (value === undefined || pattern === undefined) return undefined
    if (pattern.kind === 'field' || pattern.kind === 'before') {
      const hint = "write the pattern out, or ask for it: LIKE 'a%', LIKE $user.pattern"
      return this.#problems.add(
        'type-mismatch',
        'the pattern of LIKE is no field',
        node.right,
        hint,
      )
    }
    const match = { kind: 'match', op: 'like', insensitive: false } as const
    return negated({ ...match, left: value, right: pattern }, node.negated)
  }

  #in(node: Of<'in'>, row: RowScope): RulePredicate | undefined {
    const left = this.#operands.type(node.left, row)
    if (node.list.kind === 'list') return this.#inValues(left, node.list, node, row)
    if (node.list.kind === 'select') return this.#inSelect(left, node.list, node, row)
    return this.#inReference(left, node.list, node, row)
  }

  #inValues(
    left: Typed | undefined,
    { items }: ListSyntax,
    place: Place,
    row: RowScope,
  ): RulePredicate | undefined {
    const typed = items.map((item) => this.#operands.type(item, row))
    if (left === undefined) return undefined
    // An empty list says nothing about the type of what stands before it.
    if (items.length === 0) {
      const pair = matchTypes(left, left, '=', left, this.#problems)
      return pair === undefined ? undefined : { kind: 'in', left: pair.left, list: [] }
    }
    const pairs = typed.map((item) => {
      if (item?.kind !== 'null') return item && matchTypes(left, item, '=', place, this.#problems)
      const message = 'NULL in a list matches nothing, and hides every row under NOT'
      return this.#problems.add('null-comparison', message, item, 'ask `IS NULL` beside the list')
    })
    const whole = pairs.filter((pair) => pair !== undefined)
    const [first] = whole
    if (first === undefined || whole.length < pairs.length) return undefined
    return { kind: 'in', left: first.left, list: whole.map((pair) => pair.right) }
  }

  #inReference(
    left: Typed | undefined,
    syntax: ReferenceSyntax,
    place: Place,
    row: RowScope,
  ): RulePredicate | undefined {
    const list = this.#operands.type(syntax, row)
    if (left === undefined || list === undefined) return undefined
    if (list.kind !== 'list' && list.kind !== 'any') {
      const hint = list.kind === 'typed' ? 'compare it with `=`' : undefined
      return this.#problems.add('type-mismatch', 'IN takes a list, and this is none', list, hint)
    }
    const { offset, length, operand } = list
    const shape = list.kind === 'list' ? list.shape : undefined
    const element: Typed =
      shape === undefined
        ? { kind: 'any', operand, offset, length }
        : { kind: 'typed', operand, shape, stored: false, offset, length }
    const pair = matchTypes(left, element, '=', place, this.#problems)
    if (pair === undefined) return undefined
    return { kind: 'in', left: pair.left, list: { ...operand, list: true } }
  }

  #inSelect(
    left: Typed | undefined,
    { field: name, entity, where }: SelectSyntax,
    place: Place,
    row: RowScope,
  ): RulePredicate | undefined {
    if (this.#operands.refuseBeyondRow('another entity', place)) return undefined
    const target = this.#scope.entities.get(entity.text)
    if (target === undefined) {
      const hint = suggestHint(entity.text, this.#scope.entities.keys())
      return this.#problems.add(
        'unknown-entity',
        `there is no entity \`${entity.text}\``,
        entity,
        hint,
      )
    }
    const field = resolveField(target, name, this.#problems)
    const inner = this.#inner(where, target, row)
    const typed = field === undefined ? undefined : typedField(target, name)
    if (left === undefined || typed === undefined || field === undefined) return undefined
    const pair = matchTypes(left, typed, '=', place, this.#problems)
    if (pair === undefined || inner === undefined) return undefined
    return {
      kind: 'inSelect',
      left: pair.left,
      entity: target.name,
      field: field.name,
      where: inner,
    }
  }

  /** A list of one name gives one EXISTS, a path one inside the other. */
  #exists(node: Of<'exists'>, row: RowScope): RulePredicate | undefined {
    return this.#over(node.path, node, row, (target) => this.#inner(node.where, target, row))
  }

  #allowed(node: Of<'allowed'>, row: RowScope): RulePredicate | undefined {
    const { action } = node
    if (!ALLOWED_ACTIONS.includes(action.text))
      this.#problems.add(
        'unknown-action',
        `\`allowed\` cannot ask for \`${action.text}\``,
        action,
        suggestHint(action.text, ALLOWED_ACTIONS),
      )
    const last = node.path.at(-1)
    if (last === undefined) return undefined
    return this.#over(node.path.slice(0, -1), node, row, (entity) => {
      const step = resolveRelation(entity, last, this.#scope.entities, this.#problems)
      if (step === undefined) return undefined
      const { relation } = step
      if (relation.cardinality === 'one' && ALLOWED_ACTIONS.includes(action.text))
        return { kind: 'allowed', relation: relation.name, action: action.text }
      if (relation.cardinality === 'one') return undefined
      const message = `\`${relation.name}\` leads to many rows of \`${relation.target}\``
      return this.#problems.add('to-many-path', message, last, '`allowed` asks one row')
    })
  }

  #over(
    path: readonly Name[],
    place: Place,
    { entity }: RowScope,
    read: (target: EntityShape) => RulePredicate | undefined,
  ): RulePredicate | undefined {
    if (this.#operands.refuseBeyondRow('a relation', place)) return undefined
    if (entity === undefined)
      return this.#problems.add(
        'field-without-row',
        'there is no row here, so no relation can be named',
        place,
      )
    const names: string[] = []
    let target = entity
    for (const name of path) {
      const step = resolveRelation(target, name, this.#scope.entities, this.#problems)
      if (step === undefined) return undefined
      names.push(step.relation.name)
      target = step.target
    }
    const inner = read(target)
    if (inner === undefined) return undefined
    return names.reduceRight<RulePredicate>(
      (where, relation) => ({ kind: 'exists', relation, where }),
      inner,
    )
  }

  #inner(
    where: SyntaxNode | undefined,
    entity: EntityShape,
    { root }: RowScope,
  ): RulePredicate | undefined {
    return where === undefined ? { kind: 'true' } : this.type(where, { entity, root })
  }

  #absent(node: Of<'isNull' | 'isMissing'>, row: RowScope): RulePredicate | undefined {
    const side = this.#operands.type(node.operand, row)
    if (side === undefined) return undefined
    const operand = 'operand' in side ? side.operand : undefined
    const reference = operand !== undefined && isReference(operand)
    if (node.kind === 'isMissing') {
      if (reference) return { kind: 'missing', operand }
      const message = '`IS MISSING` asks for a claim, a context value or an input'
      return this.#problems.add('type-mismatch', message, node, 'write `IS NULL`')
    }
    if (operand === undefined)
      return this.#problems.add('type-mismatch', '`IS NULL` asks for a field', node)
    // A claim that is null is absent; a scalar input may be given and null.
    const given = side.kind === 'any' || side.kind === 'typed'
    const absent = reference && !(operand.kind === 'input' && given)
    return absent ? { kind: 'missing', operand } : { kind: 'isNull', operand }
  }

  #bare({ operand, ...place }: Of<'bare'>, row: RowScope): undefined {
    const side = this.#operands.type(operand, row)
    if (side === undefined) return undefined
    const isBoolean = side.kind === 'typed' && side.shape.type === 'boolean'
    const hint = isBoolean ? 'write `… = true`' : undefined
    return this.#problems.add('predicate-syntax', 'this is compared with nothing', place, hint)
  }
}

function isReference(operand: RuleOperand): boolean {
  return operand.kind === 'user' || operand.kind === 'context' || operand.kind === 'input'
}

function negated(term: RulePredicate | undefined, not: boolean): RulePredicate | undefined {
  return term === undefined || !not ? term : { kind: 'not', term }
}
