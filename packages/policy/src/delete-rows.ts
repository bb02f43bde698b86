// Deletions under the rules: which rows they may touch, and what goes with these.
import type { DeleteQuery, Params, Row, UpdateQuery } from '@proj/dbal-contract'
import { allOf, type Entity } from '@proj/dbal-schema'
import { entityOf } from './bind-rule.ts'
import { hasSay, referredFields } from './consequences.ts'
import { Cascade, unlessHolds } from './demand-cascade.ts'
import { foldWrite, type Folded } from './fold-query.ts'
import type { Guard } from './guard.ts'

export async function deleteRows(
  guard: Guard,
  query: DeleteQuery,
  params: Params,
): Promise<number> {
  const entity = entityOf(guard.policy.model, query.entity)
  const folded = foldDeletion(guard, query, entity, 'delete')
  const { sweeping } = guard.access.entity(entity).decide('delete')
  if (sweeping.kind === 'true' || !hasSay(guard, entity, 'deleted')) {
    return (await guard.run(folded, params)).count
  }
  return guard.atomically(async (inner) => {
    const { rows } = await inner.run(foldFollowed(inner, query, entity), params)
    const cascade = new Cascade(inner)
    await cascade.demand(entity, rows as readonly Row[], 'deleted')
    const { count } = await inner.run(folded, params)
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

/** The rows of a deletion whose children have a say, with what these refer to. */
function foldFollowed(guard: Guard, query: DeleteQuery, entity: Entity): Folded {
  const { where, sweeping } = guard.access.entity(entity).decide('delete')
  const requirement = guard.requirement(entity)
  return guard.plan(query, 'followed', requirement, () => {
    const select = {
      kind: 'select',
      entity: entity.name,
      fields: referredFields(guard, entity, 'deleted'),
      where: query.where,
      sort: [],
      forUpdate: true,
    } as const
    const rule = allOf([where, unlessHolds(sweeping)])
    return foldWrite(select, rule, requirement, [], guard.rules)
  })
}
