// What a caller asked for, narrowed to what the caller may see: hidden rows do not exist for relation
// terms, and a term over a field or a relation shown on some rows only holds on those, whatever NOT stands
// around it.
import { invalid, operandsOf } from '@proj/dbal-contract'
import type { Entity, QueryOperand, QueryPredicate, Relation } from '@proj/dbal-schema'
import { allOf, anyOf, negate } from '@proj/dbal-schema/model'
import type { FieldAccess, FieldUse, ReadVerb } from './access.ts'
import { bindRule, related, type RuleContext } from './bind-rule.ts'
import type { LinkUse } from './principal-access.ts'

const FALSE = { kind: 'false' } as const

type Leaf = Extract<
  QueryPredicate,
  { kind: 'compare' | 'distinct' | 'isNull' | 'in' | 'match' | 'jsonNull' }
>

/** Negation is pushed to the leaves, which three-valued logic allows. */
export function guardFilter(
  filter: QueryPredicate,
  entity: Entity,
  context: RuleContext,
  verb: ReadVerb,
  negated = false,
): QueryPredicate {
  const inner = (term: QueryPredicate): QueryPredicate =>
    guardFilter(term, entity, context, verb, negated)
  switch (filter.kind) {
    case 'true':
    case 'false':
      return negated ? negate(filter) : filter
    case 'and':
    case 'or':
      return (filter.kind === 'and') === negated
        ? anyOf(filter.terms.map(inner))
        : allOf(filter.terms.map(inner))
    case 'not':
      return guardFilter(filter.term, entity, context, verb, !negated)
    case 'holds': {
      const guarded = { ...filter, term: guardFilter(filter.term, entity, context, verb) }
      return negated ? negate(guarded) : guarded
    }
    case 'exists': {
      const { shown, where } = guardRelated(filter.relation, filter.where, entity, context, verb)
      const guarded: QueryPredicate = { ...filter, where }
      return allOf([shown, negated ? negate(guarded) : guarded])
    }
    case 'inSelect':
    case 'missing':
    case 'allowed':
      // A caller's filter has none of these; rules are bound apart.
      throw invalid([], 'the filter is not supported')
    default:
      return guardLeaf(filter, entity, context, verb, negated)
  }
}

/** The rows of an entity that the caller may see at all, as a predicate over them. */
export function visible(entity: Entity, context: RuleContext, verb: ReadVerb): QueryPredicate {
  const decision = context.access.entity(entity).decide(verb)
  return decision.allowed ? bindRule(decision.where, entity, context) : FALSE
}

function guardLeaf(
  leaf: Leaf,
  entity: Entity,
  context: RuleContext,
  verb: ReadVerb,
  negated: boolean,
): QueryPredicate {
  const shown = operandsOf(leaf).map((operand) => filterable(operand, entity, context, verb))
  const guarded = mapOperands(leaf, (operand) => guardOperand(operand, entity, context, verb))
  return allOf([...shown, negated ? negate(guarded) : guarded])
}

/** A count of related rows counts those the caller may see. */
export function guardOperand(
  operand: QueryOperand,
  entity: Entity,
  context: RuleContext,
  verb: ReadVerb,
): QueryOperand {
  if (operand.kind !== 'relationCount') return operand
  const own = operand.where ?? ({ kind: 'true' } as const)
  const { where } = guardRelated(operand.relation, own, entity, context, verb)
  return { ...operand, where }
}

/** Rows on which the relation shows, and the related rows that the caller may tie to them and see. */
function guardRelated(
  name: string,
  where: QueryPredicate,
  entity: Entity,
  context: RuleContext,
  verb: ReadVerb,
): { readonly shown: QueryPredicate; readonly where: QueryPredicate } {
  const target = related(context.model, entity, name)
  const { shown, tied } = guardLink(name, entity, 'filter', verb, context)
  const terms = [
    visible(target, context, 'list'),
    tied,
    guardFilter(where, target, context, 'list'),
  ]
  return { shown, where: allOf(terms) }
}

/** What a relation asks of the row and of the related row. Throws where there is no such relation. */
export function guardLink(
  name: string,
  entity: Entity,
  use: LinkUse,
  verb: ReadVerb,
  context: RuleContext,
): { readonly shown: QueryPredicate; readonly tied: QueryPredicate } {
  const target = related(context.model, entity, name)
  const link = context.access.link(entity.relations.get(name) as Relation, use, verb)
  return {
    shown: bindAccess(link.near, name, entity, context),
    tied: bindAccess(link.far, name, target, context),
  }
}

/** The rows that show what the operand looks at. Throws where there are none. */
export function filterable(
  operand: QueryOperand,
  entity: Entity,
  context: RuleContext,
  verb: ReadVerb,
): QueryPredicate {
  if (operand.kind === 'relationCount')
    return guardLink(operand.relation, entity, 'filter', verb, context).shown
  const field = namedField(operand)
  if (field === undefined) return { kind: 'true' }
  return readable(field, entity, 'filter', verb, context)
}

/** The row's own field in a caller's operand; only rules reach over relations by a path. */
export function namedField(operand: QueryOperand): string | undefined {
  const field = operand.kind === 'jsonPath' ? operand.field : operand
  if (field.kind !== 'field') return undefined
  if (field.path.length > 0) throw unknownField(field.field)
  return field.field
}

/** The rows whose field the caller may use so. Throws where there are none. */
export function readable(
  name: string,
  entity: Entity,
  use: FieldUse,
  verb: ReadVerb,
  context: RuleContext,
): QueryPredicate {
  return bindAccess(context.access.entity(entity).field(name, use, verb), name, entity, context)
}

function bindAccess(
  access: FieldAccess,
  name: string,
  entity: Entity,
  context: RuleContext,
): QueryPredicate {
  if (access === false) throw unknownField(name)
  return access === true ? { kind: 'true' } : bindRule(access, entity, context)
}

/** The same answer for a hidden field as for one that does not exist. */
export function unknownField(field: string): Error {
  return invalid([{ field, error: 'is not a known field' }])
}

function mapOperands(leaf: Leaf, map: (operand: QueryOperand) => QueryOperand): Leaf {
  switch (leaf.kind) {
    case 'isNull':
    case 'jsonNull':
      return { ...leaf, operand: map(leaf.operand) }
    case 'in':
      return { ...leaf, left: map(leaf.left) }
    default:
      return { ...leaf, left: map(leaf.left), right: map(leaf.right) }
  }
}
