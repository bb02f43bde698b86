// The only door to data above the adapters. Built-in operations, custom handlers, includes and bulk
// writes all run through it, so there is no way around the rules. It leaves validation and defaults to
// the client, and ttl and soft delete to the store below.
import type {
  AggregateQuery,
  DeleteQuery,
  Params,
  QueryResult,
  ResultRow,
  Row,
  SelectQuery,
  Store,
  TransactionOptions,
  UpdateQuery,
} from '@proj/dbal-contract'
import type { Entity, RulePredicate } from '@proj/dbal-schema'
import type { ReadVerb } from './access.ts'
import { entityOf } from './bind-rule.ts'
import { deleteRows, expireRows, retireRows } from './delete-rows.ts'
import { foldAggregate, foldFind, foldSelect } from './fold-query.ts'
import { Guard, type CallScope } from './guard.ts'
import { insertRows } from './insert-rows.ts'
import { looksAtRow } from './mentions.ts'
import type { Policy, PrincipalAccess } from './principal-access.ts'
import { reachesFound } from './reaches-found.ts'
import { holdsStored, holdsWithoutRow } from './row-rules.ts'
import type { Changed, NewRow, Ties } from './sent.ts'
import { toldTo } from './told-to.ts'
import { isUpdatable, updateRows } from './update-rows.ts'
import { viewRow } from './view-row.ts'

export class GuardedStore {
  readonly #guard: Guard

  constructor(store: Store, policy: Policy, scope: CallScope) {
    this.#guard = new Guard(store, policy, scope)
  }

  get access(): PrincipalAccess {
    return this.#guard.access
  }

  /** Below the rules: for the product's own bookkeeping, never for what a caller asks. */
  get base(): Store {
    return this.#guard.store
  }

  get inTransaction(): boolean {
    return this.#guard.scope.inTransaction === true
  }

  /** Rows the caller may see, with the fields the caller may read. */
  select(
    query: SelectQuery,
    params: Params,
    verb: ReadVerb = 'list',
  ): Promise<readonly ResultRow[]> {
    // Not an async function: each read comes by here.
    try {
      const guard = this.#guard
      const entity = this.#entity(query)
      guard.access.demand(entity, verb)
      const requirement = guard.requirement(entity)
      const folded = guard.plan(query, verb, requirement, () =>
        foldSelect(query, verb, requirement, guard.rules),
      )
      return guard.run(folded, params).then(rowsOf)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  /**
   * Rows the caller may see, with the asked fields whether or not he may read them: for the product's
   * own bookkeeping, never for an answer. `trusted`: the filter is the product's own too, and may look
   * at any field; of the rows, those on which he may read the `shown` ones.
   */
  async find(
    query: SelectQuery,
    params: Params,
    trusted = false,
    shown: readonly string[] = [],
  ): Promise<readonly Row[]> {
    const guard = this.#guard
    const entity = this.#entity(query)
    const access = guard.access.entity(entity)
    const asked = guard.access.system ? [] : shown
    const isHidden = asked.some((name) => access.field(name, 'read', 'read') === false)
    if (isHidden || !access.decide('read').allowed) return []
    const use = trusted ? `find:${asked.join()}` : 'find by filter'
    const folded = guard.plan(query, use, undefined, () =>
      foldFind(query, trusted, guard.rules, asked),
    )
    return (await guard.run(folded, params)).rows as readonly Row[]
  }

  async aggregate(query: AggregateQuery, params: Params): Promise<readonly ResultRow[]> {
    const guard = this.#guard
    const entity = this.#entity(query)
    guard.access.demand(entity, 'list')
    const requirement = guard.requirement(entity)
    const folded = guard.plan(query, 'list', requirement, () =>
      foldAggregate(query, requirement, guard.rules),
    )
    return (await guard.run(folded, params)).rows
  }

  /**
   * Stores whole rows: every field present and canonical; `sent` are the fields the caller gave. Each row must
   * satisfy the create rule as it will be, or nothing is stored (FORBIDDEN). NOT_FOUND where a tie is absent.
   */
  insert(
    entity: Entity,
    rows: readonly Row[],
    sent: readonly string[],
    ties?: Ties,
  ): Promise<void> {
    const work = insertRows(this.#guard, entity, rows, {
      fields: sent,
      vouched: ties?.vouched,
      absent: ties?.absent,
    })
    return this.#told(entity, sent, work)
  }

  /**
   * Changes the rows that match and that the caller may see and change. A row that would fail the
   * check undoes all of it (FORBIDDEN). NOT_FOUND where a tie is absent. `otherwise` is a row that may be stored where none is
   * matched, as the create rules have it: whether it was, the answer says. It takes a store that can.
   */
  update(
    query: UpdateQuery,
    params: Params,
    sent: readonly string[],
    ties?: Ties,
    otherwise?: NewRow,
  ): Promise<Changed> {
    const work = updateRows(this.#guard, query, params, {
      fields: sent,
      vouched: ties?.vouched,
      absent: ties?.absent,
      otherwise,
    })
    return this.#told(this.#entity(query), sent, work)
  }

  /** Whether the caller could send these fields for the row with this primary key. */
  isUpdatable(entity: Entity, key: Params, sent: readonly string[]): Promise<boolean> {
    return isUpdatable(this.#guard, entity, key, sent)
  }

  /** Whether an update of a row by its primary key that touches none means that `find` finds none: the rules are the same. */
  reachesFound(entity: Entity, names: readonly string[]): boolean {
    return reachesFound(this.#guard, entity, names)
  }

  /** Answers how many. FORBIDDEN where children would go with a row that the caller may not delete. */
  delete(query: DeleteQuery, params: Params): Promise<number> {
    return this.#told(this.#entity(query), [], deleteRows(this.#guard, query, params))
  }

  /** Changes rows by the delete rule (soft deletion): the caller needs no right to update. */
  retire(query: UpdateQuery, params: Params): Promise<number> {
    return this.#told(this.#entity(query), [], retireRows(this.#guard, query, params))
  }

  /**
   * Deletes rows past their time and answers how many. FORBIDDEN where one that nobody may delete would go along,
   * CONFLICT where one refers to them. For the system principal, over a store that has such rows still.
   */
  expire(entity: Entity, query: DeleteQuery, params: Params): Promise<number> {
    return expireRows(this.#guard, entity, query, params)
  }

  /**
   * A row just written, as its caller may see it: the asked fields that may be read, or the primary key
   * only. A write never fails because its result is hidden.
   */
  view(entity: Entity, row: Row, fields: readonly string[]): Promise<ResultRow> {
    return viewRow(this.#guard, entity, row, fields)
  }

  /**
   * Whether a rule holds for a stored row, or without one where it looks at none; unknown is no. `before` is
   * what the row was, for rules that ask.
   */
  async satisfies(
    rule: RulePredicate,
    entity: Entity,
    row: Row | undefined,
    before?: Row,
  ): Promise<boolean> {
    if (row !== undefined) return holdsStored(this.#guard, rule, entity, row, before)
    return !looksAtRow(rule) && holdsWithoutRow(this.#guard, rule, entity)
  }

  /** The same door on one connection. */
  transaction<T>(
    work: (store: GuardedStore) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    const { store, policy, scope } = this.#guard
    return store.transaction(
      (inner) => work(new GuardedStore(inner, policy, { ...scope, inTransaction: true })),
      { ...scope.run, ...options },
    )
  }

  /** An error of a write as the caller may know it; `sent` are the fields that he gave. */
  toldTo(entity: Entity, sent: readonly string[], error: unknown): unknown {
    return toldTo(this.access, entity, sent, error)
  }

  async #told<T>(entity: Entity, sent: readonly string[], work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      throw this.toldTo(entity, sent, error)
    }
  }

  #entity({ entity }: { readonly entity: string }): Entity {
    return entityOf(this.#guard.policy.model, entity)
  }
}

function rowsOf({ rows }: QueryResult): readonly ResultRow[] {
  return rows
}
