// A rule's predicate as a query's: references become params, `allowed(...)` becomes the target's own
// rules. Rules see raw data; nothing here narrows a relation they name.
import { DBALError } from '@proj/dbal-contract'
import type {
  Action,
  Entity,
  FieldType,
  Model,
  QueryOperand,
  QueryPredicate,
  RuleOperand,
  RulePredicate,
} from '@proj/dbal-schema'
import type { PrincipalAccess } from './principal-access.ts'
import type { ReferenceList } from './references.ts'

export interface RuleContext {
  readonly model: Model
  readonly access: PrincipalAccess
  readonly references: ReferenceList
  /**
   * Values that an update gives to fields: the rule then speaks of the row as it will be, and `before(f)` is
   * the row as it is. For rules that look at nothing but the row.
   */
  readonly image?: ReadonlyMap<string, QueryOperand> | undefined
}

export function bindRule(
  rule: RulePredicate,
  entity: Entity,
  context: RuleContext,
): QueryPredicate {
  const inner = (term: RulePredicate): QueryPredicate => bindRule(term, entity, context)
  switch (rule.kind) {
    case 'true':
    case 'false':
      return rule
    case 'and':
    case 'or':
      return { kind: rule.kind, terms: rule.terms.map(inner) }
    case 'not':
    case 'holds':
      return { kind: rule.kind, term: inner(rule.term) }
    case 'compare':
    case 'match':
    case 'distinct': {
      const type = typeOf(rule.left) ?? typeOf(rule.right) ?? 'string'
      const left = bindOperand(rule.left, type, context)
      const right = bindOperand(rule.right, type, context)
      // `f = before(f)` of a field that the update leaves alone.
      if (rule.kind === 'compare' && rule.op === '=' && isSame(left, right, entity)) return TRUE
      return { ...rule, left, right }
    }
    case 'isNull':
    case 'jsonNull': {
      const type = typeOf(rule.operand) ?? 'string'
      return { ...rule, operand: bindOperand(rule.operand, type, context) }
    }
    case 'in': {
      const type = typeOf(rule.left) ?? 'string'
      const bind = (operand: RuleOperand): QueryOperand => bindOperand(operand, type, context)
      const list = isWrittenOut(rule.list) ? rule.list.map(bind) : bind(rule.list)
      return { kind: 'in', left: bind(rule.left), list }
    }
    case 'exists': {
      context.references.looksBeyond = true
      const target = related(context.model, entity, rule.relation)
      return { ...rule, where: bindRule(rule.where, target, context) }
    }
    case 'inSelect': {
      context.references.looksBeyond = true
      const target = entityOf(context.model, rule.entity)
      const left = bindOperand(rule.left, typeOf(rule.left) ?? 'string', context)
      return { ...rule, left, where: bindRule(rule.where, target, context) }
    }
    case 'missing':
      return bindMissing(rule.operand, context)
    case 'allowed': {
      context.references.looksBeyond = true
      const target = related(context.model, entity, rule.relation)
      const decision = context.access.entity(target).decide(rule.action as Action)
      const where = decision.allowed ? bindRule(decision.where, target, context) : FALSE
      return { kind: 'exists', relation: rule.relation, where }
    }
  }
}

const TRUE: QueryPredicate = { kind: 'true' }
const FALSE: QueryPredicate = { kind: 'false' }

/** One field of the row, and never NULL: it equals itself. */
function isSame(left: QueryOperand, right: QueryOperand, { fields }: Entity): boolean {
  if (left.kind !== 'field' || right.kind !== 'field' || left.field !== right.field) return false
  const isOwn = left.path.length === 0 && right.path.length === 0
  return isOwn && fields.get(left.field)?.nullable === false
}

function isWrittenOut<O>(list: O | readonly O[]): list is readonly O[] {
  return Array.isArray(list)
}

function bindOperand(operand: RuleOperand, type: FieldType, context: RuleContext): QueryOperand {
  switch (operand.kind) {
    case 'field':
      if (operand.path.length > 0) context.references.looksBeyond = true
      return context.image?.get(operand.field) ?? operand
    case 'literal':
      return operand
    case 'now':
      context.references.looksBeyond = true
      return context.references.add({ kind: 'now', type }, type)
    case 'before':
      if (context.image !== undefined) return { ...operand, kind: 'field', path: [] }
      return context.references.add(
        { kind: 'before', field: operand.field, type: operand.type },
        operand.type,
      )
    default: {
      const list = operand.list === true
      const { kind, name } = operand
      // Numbers of all kinds compare, so a number is judged as what it is declared to be.
      const own = operand.type
      const judged = own !== undefined && NUMERIC.has(own) && NUMERIC.has(type) ? own : type
      return context.references.add({ kind, name, type: judged, list }, judged, list)
    }
  }
}

const NUMERIC: ReadonlySet<FieldType> = new Set(['integer', 'bigint', 'float', 'decimal'])

function bindMissing(operand: RuleOperand, context: RuleContext): QueryPredicate {
  if (operand.kind !== 'user' && operand.kind !== 'context' && operand.kind !== 'input')
    return FALSE
  const reference = { kind: 'missing', of: operand.kind, name: operand.name } as const
  return {
    kind: 'compare',
    op: '=',
    left: context.references.add(reference, 'boolean'),
    right: { kind: 'literal', value: true },
  }
}

/** The type a comparison is made in: the field's, else the reference's own. */
function typeOf(operand: RuleOperand): FieldType | undefined {
  if (operand.kind === 'field' || operand.kind === 'before') return operand.type
  return operand.kind === 'literal' || operand.kind === 'now' ? undefined : operand.type
}

export function related(model: Model, entity: Entity, relation: string): Entity {
  const target = entity.relations.get(relation)?.target
  if (target === undefined) throw new DBALError('INTERNAL_ERROR')
  return entityOf(model, target)
}

export function entityOf(model: Model, name: string): Entity {
  const entity = model.entities.get(name)
  if (entity === undefined) throw new DBALError('INTERNAL_ERROR')
  return entity
}
