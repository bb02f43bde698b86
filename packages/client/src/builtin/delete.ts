import { DBALError, type DeleteQuery, type UpdateQuery } from '@proj/dbal-contract'
import { matchFields } from '@proj/dbal-policy'
import type { QueryPredicate } from '@proj/dbal-schema'
import type { BuiltInHandler, OperationContext } from '../operation/operation-context.ts'
import { compileFilter } from '../query/compile-filter.ts'
import type { QueryBuilder } from '../query/query-builder.ts'
import { planAssignments } from '../write/assignments.ts'
import { instant } from '../write/fill-row.ts'
import { keyValues } from '../query/row-key.ts'
import { namedFields } from './find-row.ts'
import { demandValid, newBuilder, template } from '../query/template.ts'
import { demandFilter } from '../write/demand-filter.ts'

/** `true`, or NOT_FOUND. */
export const deleteOne: BuiltInHandler = async (context, input) => {
  const { entity } = context
  const fields = namedFields(entity, input, context.store.access)
  const builder = newBuilder(context)
  for (const [i, value] of keyValues(entity, fields, input).entries()) {
    builder.param(value, entity.fields.get(fields[i] ?? '')?.type ?? 'string')
  }
  builder.mark(fields.join())
  const count = await remove(context, builder, () => matchFields(entity, fields))
  if (count === 0) throw new DBALError('NOT_FOUND')
  return true
}

/** Atomic; answers how many. */
export const deleteMany: BuiltInHandler = (context, input) => {
  const builder = newBuilder(context)
  const where = compileFilter(input['filter'], context.entity, builder)
  demandValid(builder)
  demandFilter(where, builder.params, input['all'])
  return remove(context, builder, () => where)
}

/** With `soft_delete` the row stays, marked, under the same delete rule. */
async function remove(
  context: OperationContext,
  builder: QueryBuilder,
  where: () => QueryPredicate,
): Promise<number> {
  const { entity, store, now } = context
  const mark = entity.fields.get(entity.softDelete?.field ?? '')
  if (mark === undefined) {
    const query = template(context, builder.shape, (): DeleteQuery => ({
      kind: 'delete',
      entity: entity.name,
      where: where(),
    }))
    return store.delete(query, builder.params)
  }
  const set = planAssignments(
    { ...context, principal: { ...context.principal, system: true } },
    { [mark.name]: mark.type === 'boolean' ? true : instant(mark, now) },
    builder,
  )
  const query = template(context, `soft|${builder.shape}`, (): UpdateQuery => ({
    kind: 'update',
    entity: entity.name,
    set,
    where: where(),
  }))
  return store.retire(query, builder.params)
}
