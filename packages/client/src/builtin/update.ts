import { DBALError, invalid, type UpdateQuery } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { BuiltInHandler, OperationContext } from '../operation/operation-context.ts'
import { compileFilter } from '../query/compile-filter.ts'
import { keyValues } from '../query/row-key.ts'
import { planAssignments } from '../write/assignments.ts'
import { boundedSums } from '../write/demand-bounds.ts'
import { demandFilter } from '../write/demand-filter.ts'
import { demandOverRelations } from '../write/demand-over-relations.ts'
import { demandWritable } from '../write/demand-writable.ts'
import { inTransaction } from '../write/in-transaction.ts'
import { splitRelations, type RelationWrite } from '../write/relation-write.ts'
import { runUpdate, updateRow, type Guards } from '../write/update-row.ts'
import { viewWritten } from '../write/view-written.ts'
import { applyRelated, withOwning } from '../write/write-record.ts'
import { demandValid, newBuilder, template } from '../query/template.ts'

type Input = Readonly<Record<string, unknown>>

export const update: BuiltInHandler = async (context, input) => {
  const { entity } = context
  const { key, data, guards } = splitUpdate(entity, input)
  const { values, relations } = splitRelations(entity, data)
  if (relations.length === 0)
    return viewWritten(context, entity, await updateRow(context, key, values, guards))
  await demandOverRelations(context, relations)
  return inTransaction(context, async (inner) => {
    const owning = relations.filter(({ relation }) => relation.owning)
    if (owning.length > 0) await demandUpdatable(inner, key, values, owning)
    const row = await withOwning(inner, relations, [], (keys, ties) =>
      updateRow(inner, key, { ...values, ...keys }, guards, ties),
    )
    await applyRelated(inner, relations, row)
    return viewWritten(inner, entity, row)
  })
}

/** Throws NOT_FOUND before anything is looked for at the other end, or made there. */
async function demandUpdatable(
  { entity, store }: OperationContext,
  key: Input,
  values: Input,
  owning: readonly RelationWrite[],
): Promise<void> {
  const names = [...Object.keys(values), ...owning.map(({ relation }) => relation.from)]
  const sent = demandWritable(store.access, entity, 'update', names)
  const isThere = await store.isUpdatable(entity, keyValues(entity, entity.primaryKey, key), sent)
  if (!isThere) throw new DBALError('NOT_FOUND')
}

/** The flat form holds the key, the data and the guards side by side. */
function splitUpdate(entity: Entity, input: Input): { key: Input; data: Input; guards: Guards } {
  const key: Record<string, unknown> = {}
  const data: Record<string, unknown> = {}
  const guards: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(input)) {
    const isGuard =
      (name === 'ifVersion' || name === 'ifUnchangedSince') && !entity.fields.has(name)
    if (isGuard) guards[name] = value
    else if (entity.primaryKey.includes(name)) key[name] = value
    else data[name] = value
  }
  return { key, data, guards }
}

/** Atomic; answers how many rows matched. */
export const updateMany: BuiltInHandler = async (context, input) => {
  const { entity, store } = context
  const data = input['data'] as Input
  const { values, relations } = splitRelations(entity, data)
  if (relations.length > 0) {
    throw invalid(
      relations.map(({ relation }) => ({
        field: `data.${relation.name}`,
        error: 'is for update only',
      })),
    )
  }
  const sent = demandWritable(store.access, entity, 'update', Object.keys(values))
  const builder = newBuilder(context)
  const set = planAssignments(context, values, builder, 'data.')
  const where = compileFilter(input['filter'], entity, builder)
  if (Object.keys(values).length === 0) builder.fail('data', 'must change something')
  demandValid(builder)
  demandFilter(where, builder.params, input['all'])
  const bounded = boundedSums(entity, set)
  const query = template(context, builder.shape, (): UpdateQuery => ({
    kind: 'update',
    entity: entity.name,
    set,
    where,
    ...(bounded.length > 0 ? { returning: bounded.map((field) => field.name) } : {}),
  }))
  return (await runUpdate(context, query, builder.params, sent)).count
}
