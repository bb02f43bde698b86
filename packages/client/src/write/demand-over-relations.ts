// What the caller's roles and claims rule out of a write over relations, whatever is stored: told before
// anything is looked for or made, so that no code tells what is there (ACC-49).
import type { Entity, Relation } from '@proj/dbal-schema'
import { getEntity } from '@proj/dbal-schema/model'
import type { OperationContext } from '../operation/operation-context.ts'
import { admit } from '../operation/prepare-operation.ts'
import { operationOf, within, withTie } from './child-records.ts'
import type { Data, WriteAction } from './data-parts.ts'
import { splitRelations, type RelationStep, type RelationWrite } from './relation-write.ts'
import { WriteBudget } from './write-budget.ts'

/**
 * Rejects with UNAUTHORIZED or FORBIDDEN, and with VALIDATION_ERROR for what is malformed or too much. What
 * `connectOrCreate` needs depends on what is stored.
 */
export async function demandOverRelations(
  context: OperationContext,
  writes: readonly RelationWrite[],
  budget = new WriteBudget(),
  depth = 1,
): Promise<void> {
  for (const { relation, steps } of writes) {
    const target = getEntity(context.runtime.model, relation.target)
    // The key that ties the records is written with those that hold it.
    const tie = relation.owning ? {} : { [relation.to]: null }
    for (const step of steps) {
      if (step.verb === 'create') {
        budget.spend(depth)
        const data = withTie(step.path, step.data, tie)
        await within(step.path, demandRecord(context, target, data, budget, depth))
      } else if (!relation.owning && writesKey(step, target, relation))
        demand(context, target, 'update', tie)
    }
  }
}

/** A record that needs the key is not let go of, whoever asks. */
function writesKey(step: RelationStep, target: Entity, { to }: Relation): boolean {
  if (step.verb === 'connect' || (step.verb === 'set' && step.where.length > 0)) return true
  return step.verb !== 'connectOrCreate' && target.fields.get(to)?.nullable === true
}

async function demandRecord(
  context: OperationContext,
  entity: Entity,
  data: Data,
  budget: WriteBudget,
  depth: number,
): Promise<void> {
  demand(context, entity, 'create', data)
  await demandOverRelations(context, splitRelations(entity, data).relations, budget, depth + 1)
}

function demand(
  { runtime, principal, now }: OperationContext,
  entity: Entity,
  action: WriteAction,
  input: Data,
): void {
  admit(runtime, { entity, operation: operationOf(entity, action), input, principal, now })
}
