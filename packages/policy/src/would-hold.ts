// Rules asked of a row that is not stored: of one that could not be, because a key is taken. Who may not
// store it is told so, and not that the key is taken (docs/spec/access.md, ACC-30).
import { evaluatePredicate, type Row, type Value } from '@proj/dbal-contract'
import {
  operandsOf,
  type Entity,
  type QueryOperand,
  type QueryPredicate,
  type Relation,
  type RulePredicate,
} from '@proj/dbal-schema'
import { entityOf } from './bind-rule.ts'
import type { RowsBefore } from './demand-images.ts'
import type { Guard } from './guard.ts'
import { resolveParams } from './references.ts'
import { identityOf } from './row-identity.ts'
import { boundRule, resolveSelects } from './row-rules.ts'
import { allFields, lookUpQuery } from './templates.ts'

/**
 * Throws FORBIDDEN where one of the rows would fail one of the rules, whatever a key of its own would lead to that
 * leads to no row: that is CONFLICT, for others to say. `unseen` is one to a row that the caller may not know of.
 */
export async function demandUnstored(
  guard: Guard,
  rules: readonly RulePredicate[],
  entity: Entity,
  rows: readonly Row[],
  before?: RowsBefore,
  unseen?: string,
): Promise<void> {
  for (const rule of rules)
    for (const row of rows) {
      const old = before?.get(identityOf(entity, row))
      if (!(await wouldHold(guard, rule, entity, row, old, unseen))) throw guard.refusal()
    }
}

/** Thrown by the evaluation for rows that have still to be fetched. */
class Wanted extends Error {
  readonly entity: Entity
  readonly relation: Relation
  readonly key: Value
  /** By a key of the row itself. */
  readonly isOwn: boolean
  constructor(entity: Entity, relation: Relation, key: Value, isOwn: boolean) {
    super()
    this.entity = entity
    this.relation = relation
    this.key = key
    this.isOwn = isOwn
  }
}

class CannotTell extends Error {}

/** A rule names few relations; a row of each is fetched once. */
const MAX_FETCHES = 100

async function wouldHold(
  guard: Guard,
  rule: RulePredicate,
  entity: Entity,
  row: Row,
  before: Row | undefined,
  unseen: string | undefined,
): Promise<boolean> {
  const { model } = guard.policy
  const { predicate, references } = boundRule(guard, rule, entity)
  const params = resolveParams([], 0, references, { ...guard.scope, before })
  const lists: (readonly Value[])[] = []
  const resolved = await resolveSelects(guard, predicate, params, lists)
  const fetched = new Map<string, readonly Row[]>()
  const nameOf = (from: Entity, { name }: Relation, key: Value): string =>
    JSON.stringify([from.name, name, String(key)])
  const related = (from: Entity, relation: Relation, of: Row): readonly Row[] => {
    const key = of[relation.from] ?? null
    if (key === null) return []
    const rows = fetched.get(nameOf(from, relation, key))
    if (rows === undefined) throw new Wanted(from, relation, key, of === row && relation.owning)
    return rows
  }
  const all = (): readonly Row[] => {
    throw new CannotTell()
  }
  const scope = { entity, row, params: [...params, ...lists], model, related, all }
  let asked = resolved
  for (let n = 0; n < MAX_FETCHES; n += 1) {
    try {
      return evaluatePredicate(asked, scope) === true
    } catch (wanted) {
      // A subselect inside of a relation: the stored row is asked, as ever.
      if (wanted instanceof CannotTell) return true
      if (!(wanted instanceof Wanted)) throw wanted
      const target = entityOf(model, wanted.relation.target)
      const query = lookUpQuery(target, [wanted.relation.to], allFields(target))
      const isUnseen = wanted.isOwn && wanted.relation.from === unseen
      const rows = isUnseen ? [] : await guard.rows(query, [wanted.key])
      if (wanted.isOwn && rows.length === 0) asked = leftOpen(asked, wanted.relation.name)
      fetched.set(nameOf(wanted.entity, wanted.relation, wanted.key), rows)
    }
  }
  return false
}

/** The predicate with what it asks over the relation granted, so that it fails for the rest alone. */
function leftOpen(term: QueryPredicate, relation: string, negated = false): QueryPredicate {
  switch (term.kind) {
    case 'and':
    case 'or':
      return { ...term, terms: term.terms.map((each) => leftOpen(each, relation, negated)) }
    case 'not':
      return { ...term, term: leftOpen(term.term, relation, !negated) }
    case 'holds':
      return { ...term, term: leftOpen(term.term, relation, negated) }
    default:
      return looksOver(term, relation) ? { kind: negated ? 'false' : 'true' } : term
  }
}

function looksOver(term: QueryPredicate, relation: string): boolean {
  if (term.kind === 'exists') return term.relation === relation
  return operandsOf(term).some((operand) =>
    operand.kind === 'relationCount'
      ? operand.relation === relation
      : pathOf(operand)[0] === relation,
  )
}

function pathOf(operand: QueryOperand): readonly string[] {
  const field = operand.kind === 'jsonPath' ? operand.field : operand
  return field.kind === 'field' ? field.path : []
}
