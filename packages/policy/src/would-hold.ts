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

/** Foreign keys of the row that lead to no row which the caller may know of. */
export interface UntoldKeys {
  readonly unseen?: string
  /** Keys of which not even the value is known. */
  readonly open?: readonly string[]
}

/**
 * Throws FORBIDDEN where one of the rows would fail one of the rules, whatever a key of its own would lead to that
 * leads to no row: that is CONFLICT or NOT_FOUND, for others to say.
 */
export async function demandUnstored(
  guard: Guard,
  rules: readonly RulePredicate[],
  entity: Entity,
  rows: readonly Row[],
  keys: UntoldKeys = {},
  before?: RowsBefore,
): Promise<void> {
  for (const rule of rules)
    for (const row of rows) {
      const old = before?.get(identityOf(entity, row))
      if (!(await wouldHold(guard, rule, entity, row, old, keys))) throw guard.refusal()
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
  { unseen, open = [] }: UntoldKeys,
): Promise<boolean> {
  const { model } = guard.policy
  const { predicate, references } = boundRule(guard, rule, entity)
  const params = resolveParams([], 0, references, guard.scope, before)
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
  for (const key of open) asked = leftOpen(asked, looksAtKey(entity, key))
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
      if (wanted.isOwn && rows.length === 0)
        asked = leftOpen(asked, looksOver(wanted.relation.name))
      fetched.set(nameOf(wanted.entity, wanted.relation, wanted.key), rows)
    }
  }
  return false
}

type IsAsked = (term: QueryPredicate) => boolean

/** The predicate with what it asks there granted, so that it fails for the rest alone. */
function leftOpen(term: QueryPredicate, isAsked: IsAsked, negated = false): QueryPredicate {
  switch (term.kind) {
    case 'and':
    case 'or':
      return { ...term, terms: term.terms.map((each) => leftOpen(each, isAsked, negated)) }
    case 'not':
      return { ...term, term: leftOpen(term.term, isAsked, !negated) }
    case 'holds':
      return { ...term, term: leftOpen(term.term, isAsked, negated) }
    default:
      return isAsked(term) ? { kind: negated ? 'false' : 'true' } : term
  }
}

function looksOver(relation: string): IsAsked {
  return (term) =>
    term.kind === 'exists'
      ? term.relation === relation
      : operandsOf(term).some((operand) =>
          operand.kind === 'relationCount'
            ? operand.relation === relation
            : fieldOf(operand)?.path[0] === relation,
        )
}

/** At the key itself, and over what it ties. */
function looksAtKey({ relations }: Entity, key: string): IsAsked {
  const over = [...relations.values()]
    .filter(({ owning, from }) => owning && from === key)
    .map(({ name }) => looksOver(name))
  const isKey = (operand: QueryOperand): boolean => {
    const field = fieldOf(operand)
    return field?.field === key && field.path.length === 0
  }
  return (term) => over.some((looks) => looks(term)) || operandsOf(term).some(isKey)
}

function fieldOf(operand: QueryOperand): FieldOperand | undefined {
  const field = operand.kind === 'jsonPath' ? operand.field : operand
  return field.kind === 'field' ? field : undefined
}

type FieldOperand = Extract<QueryOperand, { kind: 'field' }>
