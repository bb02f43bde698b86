// The rules of the rows that a write touches by way of the database: children that are deleted with their
// parent need their own delete rule, children whose key is changed the update rule of that key, as they
// are and as they will be. `cascade: system` on the grant that deletes the parent lifts it.
import { sameValue, type Row, type Value } from '@proj/dbal-contract'
import type { Entity, Field, RulePredicate } from '@proj/dbal-schema'
import { negate } from '@proj/dbal-schema/model'
import { consequencesOf, hasSay, referredFields, type Event } from './consequences.ts'
import { demandStored, type RowsBefore } from './demand-images.ts'
import { foldRaw } from './fold-query.ts'
import type { Guard } from './guard.ts'
import { identityOf } from './row-identity.ts'
import { allFields, amongQuery, locking, withGone } from './templates.ts'

/** Children as they will be, to be asked about when the database has changed them. */
interface Pending {
  readonly child: Entity
  readonly check: RulePredicate
  readonly images: readonly Row[]
  readonly before: RowsBefore
}

export class Cascade {
  readonly #guard: Guard
  readonly #seen = new Set<string>()
  readonly #pending: Pending[] = []

  /** `guard` is on the transaction of the write. */
  constructor(guard: Guard) {
    this.#guard = guard
  }

  /**
   * Before the write. `rows` have the primary key and the fields that children refer to. Throws FORBIDDEN
   * for a child that the caller may not touch so.
   */
  async demand(entity: Entity, rows: readonly Row[], event: Event): Promise<void> {
    const fresh = rows.filter((row) => this.#isNew(entity, row, event))
    if (fresh.length === 0) return
    for (const consequence of consequencesOf(this.#guard, entity, event)) {
      const { child, from, to, event: next, rule, check } = consequence
      const values = changedValues(fresh, entity.fields.get(to) as Field, event)
      if (values.length === 0) continue
      const follows = hasSay(this.#guard, child, next)
      if (rule.kind === 'true' && check === undefined && !follows) continue
      const fields =
        check === undefined ? referredFields(this.#guard, child, next) : allFields(child)
      const found = await this.#children(child, from, values, fields, next)
      if (found.length === 0) continue
      await this.#demandAll(child, from, rule, values, next)
      if (check !== undefined && next !== 'deleted') {
        const images = found.map((row) => ({ ...row, ...Object.fromEntries(next) }))
        this.#pending.push({
          child,
          check,
          images,
          before: new Map(images.map((row, n) => [identityOf(child, row), found[n] as Row])),
        })
      }
      if (follows) await this.demand(child, found, next)
    }
  }

  /** After the write. Throws FORBIDDEN for a child that is left as its rules do not allow. */
  async demandImages(): Promise<void> {
    for (const { child, check, images, before } of this.#pending) {
      const left = images.filter(
        (row) => !this.#seen.has(`- ${child.name} ${identityOf(child, row)}`),
      )
      await demandStored(this.#guard, check, child, left, before)
    }
  }

  #isNew(entity: Entity, row: Row, event: Event): boolean {
    const mark = event === 'deleted' ? '-' : [...event.keys()].join()
    const key = `${mark} ${entity.name} ${identityOf(entity, row)}`
    if (this.#seen.has(key)) return false
    this.#seen.add(key)
    return true
  }

  /**
   * Locked, whether they satisfy a rule or not: as the rule then finds them they go, and none gets children
   * of its own in between. The database takes along also those that are gone for everybody, and what hangs
   * on them.
   */
  async #children(
    child: Entity,
    from: string,
    values: readonly Value[],
    fields: readonly string[],
    event: Event,
  ): Promise<readonly Row[]> {
    const query = amongQuery(child, from, fields)
    return this.#guard.rows(locking(event === 'deleted' ? withGone(query) : query), [values])
  }

  async #demandAll(
    child: Entity,
    from: string,
    rule: RulePredicate,
    values: readonly Value[],
    event: Event,
  ): Promise<void> {
    if (rule.kind === 'true') return
    const guard = this.#guard
    const query = amongQuery(child, from, child.primaryKey)
    // What nobody may delete stays even so; no other rule is about a row that is gone.
    const asked = event === 'deleted' && guard.access.system ? withGone(query) : query
    // Also this one locks: else MySQL answers what was stored when the transaction first read.
    const locked = locking(asked)
    const folded = guard.plan(locked, 'cascade', rule, () =>
      foldRaw(locked, unlessHolds(rule), guard.rules),
    )
    const { count } = await guard.run(folded, [values])
    if (count === 0) return
    throw guard.refusal({ reason: 'records that hang on it may not be changed by you' })
  }
}

/** The values that are no longer there afterwards. */
function changedValues(rows: readonly Row[], field: Field, event: Event): readonly Value[] {
  const values = [...new Set(rows.map((row) => row[field.name] as Value))]
  const next = event === 'deleted' ? undefined : event.get(field.name)
  return values.filter(
    (value) => value !== null && (next === undefined || !sameValue(field.type, value, next)),
  )
}

/** The rows for which a rule does not hold; unknown is no. */
export function unlessHolds(rule: RulePredicate): RulePredicate {
  const constant = rule.kind === 'true' || rule.kind === 'false'
  return negate(constant ? rule : { kind: 'holds', term: rule })
}
