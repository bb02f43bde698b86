// Deletions under the rules: which rows they may touch, and what goes with these.
import {
  DBALError,
  pinsOneRow,
  type DeleteQuery,
  type Params,
  type Row,
  type SelectQuery,
  type UpdateQuery,
} from '@proj/dbal-contract'
import type { Entity, QueryPredicate } from '@proj/dbal-schema'
import { allOf } from '@proj/dbal-schema/model'
import { entityOf } from './bind-rule.ts'
import { hasSay, referredFields } from './consequences.ts'
import { Cascade, unlessHolds } from './demand-cascade.ts'
import { foldWrite, type Folded } from './fold-query.ts'
import type { Guard } from './guard.ts'
import { identityOf } from './row-identity.ts'
import { unreferenced } from './unreferenced.ts'

export async function deleteRows(
  guard: Guard,
  query: DeleteQuery,
  params: Params,
): Promise<number> {
  const entity = entityOf(guard.policy.model, query.entity)
  const folded = foldDeletion(guard, query, entity, 'delete')
  const { sweeping } = guard.access.entity(entity).decide('delete')
  const isBound = !guard.access.system && sweeping.kind !== 'true'
  const isAsked = isBound && hasSay(guard, entity, 'deleted')
  // What nobody may delete stays, whoever says `cascade: system`, and whether or not it is gone for all.
  const isKept = hasSay(guard.asSystem(), entity, 'deleted')
  if (!isAsked && !isKept) return (await guard.run(folded, params)).count
  const alone = foldAlone(guard, query, entity)
  if (alone !== undefined) {
    const { count } = await guard.run(alone, params)
    if (count > 0) return count
  }
  return guard.atomically(async (inner) => {
    const touched = await inner.run(foldLocked(inner, query, entity), params)
    const reached = new Set(touched.rows.map((row) => identityOf(entity, row as Row)))
    if (isKept) await new Cascade(inner.asSystem()).demand(entity, touched.rows as Row[], 'deleted')
    const cascade = new Cascade(inner)
    if (isAsked) {
      const followed =
        sweeping.kind === 'false'
          ? touched
          : await inner.run(foldFollowed(inner, query, entity), params)
      await cascade.demand(entity, followed.rows as readonly Row[], 'deleted')
    }
    const { rows, count } = await inner.run(foldAnswered(inner, query, entity), params)
    // A row that came into reach since: nobody was asked about its children.
    if (!rows.every((row) => reached.has(identityOf(entity, row as Row))))
      throw new DBALError('SERIALIZATION_CONFLICT')
    await cascade.demandImages()
    return count
  })
}

/**
 * Deletes rows that are past their time, which is the contract's own word: no rule of theirs is asked, but what
 * nobody may delete or change keeps the row that it hangs on. `guard` is the system principal's, over rows that
 * are gone for everybody.
 */
export async function expireRows(
  guard: Guard,
  entity: Entity,
  query: DeleteQuery,
  params: Params,
): Promise<number> {
  if (!hasSay(guard, entity, 'deleted')) return (await guard.store.run(query, params)).count
  return guard.atomically(async (inner) => {
    const touched = await inner.rows(asLocking(inner, query, entity), params)
    const cascade = new Cascade(inner)
    await cascade.demand(entity, touched, 'deleted')
    const { count } = await inner.store.run(query, params, inner.scope.run)
    // A row that came into reach since: nobody was asked about its children.
    if (count > touched.length) throw new DBALError('SERIALIZATION_CONFLICT')
    await cascade.demandImages()
    return count
  })
}

/** Marks rows as deleted, by the delete rule: the caller needs no right to update. */
export async function retireRows(
  guard: Guard,
  query: UpdateQuery,
  params: Params,
): Promise<number> {
  const entity = entityOf(guard.policy.model, query.entity)
  return (await guard.run(foldDeletion(guard, query, entity, 'retire'), params)).count
}

function foldDeletion<Q extends DeleteQuery | UpdateQuery>(
  guard: Guard,
  query: Q,
  entity: Entity,
  use: string,
): Folded<Q> {
  guard.access.demand(entity, 'delete')
  const { where } = guard.access.entity(entity).decide('delete')
  const requirement = guard.requirement(entity)
  return guard.plan(query, use, requirement, () =>
    foldWrite(query, where, requirement, [], guard.rules),
  )
}

const known = new WeakMap<DeleteQuery, QueryPredicate>()

/** What the row of the query must be to go alone; false where that cannot be told, or of several rows. */
function aloneness(guard: Guard, query: DeleteQuery, entity: Entity): QueryPredicate {
  let condition = known.get(query)
  if (condition === undefined) {
    const isOne = pinsOneRow(entity, query.where)
    condition = (isOne ? unreferenced(guard.policy.model, entity) : undefined) ?? { kind: 'false' }
    known.set(query, condition)
  }
  return condition
}

/** The deletion of one row that nobody refers to, for which one statement does; undefined for other deletions. */
function foldAlone(
  guard: Guard,
  query: DeleteQuery,
  entity: Entity,
): Folded<DeleteQuery> | undefined {
  const condition = aloneness(guard, query, entity)
  if (condition.kind === 'false') return undefined
  const { where } = guard.access.entity(entity).decide('delete')
  const requirement = guard.requirement(entity)
  return guard.plan(query, 'alone', requirement, () => {
    const folded = foldWrite(query, where, requirement, [], guard.rules)
    const only = { ...folded.query, where: allOf([folded.query.where, condition]), alone: true }
    // It looks at rows that the caller may not see.
    return { ...folded, query: only, unlocked: true }
  })
}

/** The rows of a deletion, locked, with what their children refer to. */
function foldLocked(guard: Guard, query: DeleteQuery, entity: Entity): Folded {
  const { where } = guard.access.entity(entity).decide('delete')
  const requirement = guard.requirement(entity)
  return guard.plan(query, 'locked', requirement, () =>
    foldWrite(asLocking(guard, query, entity), where, requirement, [], guard.rules),
  )
}

/** Those of them whose children have a say. */
function foldFollowed(guard: Guard, query: DeleteQuery, entity: Entity): Folded {
  const { where, sweeping } = guard.access.entity(entity).decide('delete')
  const requirement = guard.requirement(entity)
  return guard.plan(query, 'followed', requirement, () => {
    const rule = allOf([where, unlessHolds(sweeping)])
    return foldWrite(asLocking(guard, query, entity), rule, requirement, [], guard.rules)
  })
}

function asLocking(guard: Guard, { where }: DeleteQuery, entity: Entity): SelectQuery {
  const fields = referredFields(guard, entity, 'deleted')
  return { kind: 'select', entity: entity.name, fields, where, sort: [], forUpdate: true }
}

/** The deletion, which answers the keys of what it deletes. */
function foldAnswered(guard: Guard, query: DeleteQuery, entity: Entity): Folded<DeleteQuery> {
  const { where } = guard.access.entity(entity).decide('delete')
  const requirement = guard.requirement(entity)
  return guard.plan(query, 'answered', requirement, () => {
    const answered = { ...query, returning: entity.primaryKey }
    return foldWrite(answered, where, requirement, [], guard.rules)
  })
}
