// A caller's query with the rules folded in: the result is a query like any other, whose extra params
// are the principal's claims. Folded once for each (query, roles) and kept.
import {
  countParams,
  type AggregateQuery,
  type Include,
  type Query,
  type SelectQuery,
} from '@proj/dbal-contract'
import type {
  Entity,
  QueryOperand,
  QueryPredicate,
  Relation,
  RulePredicate,
} from '@proj/dbal-schema'
import { allOf, simplifyPredicate, visitPredicate } from '@proj/dbal-schema/model'
import type { ReadVerb } from './access.ts'
import { bindRule, entityOf, related, type RuleContext } from './bind-rule.ts'
import {
  filterable,
  guardFilter,
  guardLink,
  guardOperand,
  namedField,
  readable,
  unknownField,
  visible,
} from './guard-filter.ts'
import { mentionsField } from './mentions.ts'
import { verbOver } from './principal-access.ts'
import { ReferenceList, type Reference } from './references.ts'

export interface Folded<Q extends Query = Query> {
  readonly query: Q
  /** Number of the template's own params; the references follow. */
  readonly base: number
  readonly references: readonly Reference[]
  /**
   * Row-level security could say no where the rules do not: a rule looks at rows that are hidden, or at the clock, or the
   * row may go out of sight. The query is then run past it (ACC-66).
   */
  readonly unlocked: boolean
}

/** Over and above the rules: an operation's `row_level_check`. */
type Requirement = RulePredicate | undefined

type Context = Omit<RuleContext, 'references'>

/** A rule about the row as an update will leave it. */
export interface ImageCheck {
  readonly rule: RulePredicate
  readonly image: ReadonlyMap<string, QueryOperand>
}

export function foldSelect(
  query: SelectQuery,
  verb: ReadVerb,
  requirement: Requirement,
  context: Context,
): Folded<SelectQuery> {
  return fold(query, context, (rules) => {
    const entity = entityOf(rules.model, query.entity)
    const folded = guardSelect(query, entity, verb, rules)
    if (requirement === undefined) return folded
    return { ...folded, where: allOf([folded.where, bindRule(requirement, entity, rules)]) }
  })
}

export function foldAggregate(
  query: AggregateQuery,
  requirement: Requirement,
  context: Context,
): Folded<AggregateQuery> {
  return fold(query, context, (rules) => {
    const entity = entityOf(rules.model, query.entity)
    const access = rules.access.entity(entity)
    const named = [...query.groupBy, ...query.terms.flatMap((term) => term.field ?? [])]
    for (const field of named) {
      if (access.field(field, 'aggregate') !== true) throw unknownField(field)
    }
    demandOfGroups(query)
    return { ...query, where: allOf(guarded(query.where, entity, 'list', requirement, rules)) }
  })
}

/** HAVING and the order look at what a group answers, and at nothing behind it. */
function demandOfGroups({ groupBy, terms, having, sort }: AggregateQuery): void {
  const known = new Set([...groupBy, ...terms.map((term) => term.as)])
  const demand = (operand: QueryOperand): void => {
    const name = operand.kind === 'relationCount' ? operand.relation : namedField(operand)
    if (name !== undefined && !known.has(name)) throw unknownField(name)
  }
  for (const { operand } of sort) demand(operand)
  if (having === undefined) return
  visitPredicate(having, {
    operand: demand,
    node: (node) => {
      if (node.kind === 'exists') throw unknownField(node.relation)
    },
  })
}

/**
 * Rows that the caller may see, with fields he need not be able to read. `trusted`: the filter is the
 * product's own and may look at any field; of a row it finds, `shown` are fields that he may read all the same.
 */
export function foldFind(
  query: SelectQuery,
  trusted: boolean,
  context: Context,
  shown: readonly string[] = [],
): Folded<SelectQuery> {
  return fold(query, context, (rules) => {
    const entity = entityOf(rules.model, query.entity)
    const where = trusted ? query.where : guardFilter(query.where, entity, rules, 'read')
    const terms = shown.map((name) => readable(name, entity, 'read', 'read', rules))
    return { ...query, where: allOf([where, visible(entity, rules, 'read'), ...terms]) }
  })
}

/**
 * A write touches rows that the caller may both see and change; `grant` is the rule of the write.
 * `sums` are fields he adds to, which would tell what they hold where he may not read them. With a `check`
 * it touches no row that would fail it.
 */
export function foldWrite<Q extends Query & { readonly where: QueryPredicate }>(
  query: Q,
  grant: RulePredicate,
  requirement: Requirement,
  sums: readonly string[],
  context: Context,
  check?: ImageCheck,
): Folded<Q> {
  return fold(query, context, (rules) => {
    const entity = entityOf(rules.model, query.entity)
    const terms = [
      ...guarded(query.where, entity, 'read', requirement, rules),
      ...sums.map((name) => readable(name, entity, 'read', 'read', rules)),
      bindRule(grant, entity, rules),
      ...(check === undefined ? [] : [bindRule(check.rule, entity, { ...rules, ...check })]),
    ]
    // Reading, writing and checking often ask the same of a row.
    return { ...query, where: simplifyPredicate(allOf(terms)) }
  })
}

export interface BoundPredicate {
  readonly predicate: QueryPredicate
  readonly references: readonly Reference[]
  /** As of a folded query. */
  readonly unlocked: boolean
}

/** A rule on its own, for rows at hand; positions start at 0. */
export function foldRule(rule: RulePredicate, entity: Entity, context: Context): BoundPredicate {
  const references = new ReferenceList(0)
  const predicate = bindRule(rule, entity, { ...context, references })
  return { predicate, references: references.references, unlocked: references.looksBeyond }
}

/** The query narrowed to rows that satisfy the rule, whoever may see them. */
export function foldRaw<Q extends Query & { readonly where: QueryPredicate }>(
  query: Q,
  rule: RulePredicate,
  context: Context,
): Folded<Q> {
  return fold(query, context, (rules) => {
    const entity = entityOf(rules.model, query.entity)
    rules.references.looksBeyond = true
    return { ...query, where: allOf([query.where, bindRule(rule, entity, rules)]) }
  })
}

function guarded(
  where: QueryPredicate,
  entity: Entity,
  verb: ReadVerb,
  requirement: Requirement,
  rules: RuleContext,
): QueryPredicate[] {
  return [
    guardFilter(where, entity, rules, verb),
    visible(entity, rules, verb),
    ...(requirement === undefined ? [] : [bindRule(requirement, entity, rules)]),
  ]
}

function guardSelect(
  query: SelectQuery,
  entity: Entity,
  verb: ReadVerb,
  rules: RuleContext,
): SelectQuery {
  const access = rules.access.entity(entity)
  const masks: Record<string, QueryPredicate> = {}
  for (const name of query.fields) {
    const shown = access.field(name, 'read', verb)
    if (shown === false) throw unknownField(name)
    if (shown !== true) masks[name] = bindRule(shown, entity, rules)
  }
  for (const name of query.distinct ?? []) demandSortable(name)
  const sort = query.sort.map((term) => {
    const name = namedField(term.operand)
    if (name !== undefined) demandSortable(name)
    else if (term.operand.kind === 'relationCount') demandLinked(term.operand)
    return { ...term, operand: guardOperand(term.operand, entity, rules, verb) }
  })
  return {
    ...query,
    where: allOf([guardFilter(query.where, entity, rules, verb), visible(entity, rules, verb)]),
    sort,
    ...(Object.keys(masks).length > 0 ? { masks } : {}),
    ...(query.include
      ? { include: query.include.map((i) => guardInclude(i, entity, verb, rules)) }
      : {}),
  }

  // A field shown on some rows only cannot order the rest without telling what it hides.
  function demandSortable(name: string): void {
    if (access.field(name, 'sort', verb) !== true) throw unknownField(name)
  }

  function demandLinked(operand: QueryOperand & { readonly kind: 'relationCount' }): void {
    const shown = filterable(operand, entity, rules, verb)
    if (shown.kind !== 'true') throw unknownField(operand.relation)
  }
}

function guardInclude(
  include: Include,
  entity: Entity,
  verb: ReadVerb,
  rules: RuleContext,
): Include {
  const { relation: name } = include
  const target = related(rules.model, entity, name)
  const { shown, tied } = guardLink(name, entity, 'read', verb, rules)
  const relation = entity.relations.get(name) as Relation
  const query = guardSelect(include.query, target, verbOver(relation, 'read'), rules)
  return {
    ...include,
    query: { ...query, where: allOf([query.where, tied]) },
    ...(shown.kind === 'true' ? {} : { mask: shown }),
  }
}

function fold<Q extends Query>(
  query: Q,
  context: Context,
  build: (rules: RuleContext) => Q,
): Folded<Q> {
  const base = countParams(query)
  const references = new ReferenceList(base)
  const built = build({ ...context, references })
  const unlocked = references.looksBeyond || mayHide(built, context)
  return { query: built, base, references: references.references, unlocked }
}

/** Whether a change is of a field by which its caller sees the row. */
function mayHide(query: Query, { model, access }: Context): boolean {
  if (query.kind !== 'update') return false
  const rules = access.entity(entityOf(model, query.entity))
  return (['read', 'list'] as const).some((verb) =>
    query.set.some(({ field }) => mentionsField(rules.decide(verb).where, field)),
  )
}
