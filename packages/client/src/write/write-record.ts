// A record with what is written over its relations: `connect`, `create`, `connectOrCreate`,
// `disconnect`, `set`. Each is an operation on the other entity under its own rules; all share one
// transaction.
import { DBALError, invalid, isDBALError, type Row, type Value } from '@proj/dbal-contract'
import { identityOf, lookUpQuery, type Ties } from '@proj/dbal-policy'
import type { Entity, Relation } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'
import {
  findRecord,
  keyFields,
  lookUpRecord,
  missing,
  prepareChild,
  relink,
  within,
  withTie,
} from './child-records.ts'
import type { Data } from './data-parts.ts'
import { insertRow } from './insert-row.ts'
import { splitRelations, type RelationStep, type RelationWrite } from './relation-write.ts'

/** Foreign keys, and the values that relations gave them. */
export type Keys = Readonly<Record<string, Value>>

/**
 * Stores a record and what is written over its relations; answers the row as stored. `given` are keys
 * whose rows are known to be the caller's to refer to.
 */
export async function createRecord(
  context: OperationContext,
  input: Data,
  given: readonly string[] = [],
): Promise<Row> {
  const { values, relations } = splitRelations(context.entity, input)
  const row = await withOwning(context, relations, given, (keys, ties) =>
    insertRow(context, { ...values, ...keys }, ties),
  )
  await applyRelated(context, relations, row)
  return row
}

/**
 * Relations whose foreign key this row holds: settled first, they give `write` the key's value. That a record to
 * connect is not there is told to those only who may write the row otherwise: NOT_FOUND.
 */
export async function withOwning(
  context: OperationContext,
  writes: readonly RelationWrite[],
  given: readonly string[],
  write: (keys: Keys, ties: Ties) => Promise<Row>,
): Promise<Row> {
  const keys: Record<string, Value> = {}
  const absent: Relation[] = []
  for (const { relation, steps } of writes) {
    const [step] = steps
    if (!relation.owning || step === undefined) continue
    const key = absent.length > 0 ? undefined : await provide(context, relation, step)
    if (key === undefined) absent.push(relation)
    else keys[relation.from] = key
  }
  const vouched = new Set([...given, ...Object.keys(keys)])
  const [first] = absent
  if (first === undefined) return write(keys, { vouched })
  const ties = { vouched, absent: absent.map(({ from }) => from) }
  return write(keys, ties).catch((error: unknown) => {
    throw isDBALError(error) && error.code === 'NOT_FOUND' ? missing(first.name) : error
  })
}

/** Relations whose key the other rows hold: settled last, when this row's key is known. */
export async function applyRelated(
  context: OperationContext,
  writes: readonly RelationWrite[],
  row: Row,
): Promise<void> {
  for (const { relation, steps } of writes) {
    if (relation.owning) continue
    for (const step of steps) await relate(context, relation, step, row[relation.from] as Value)
  }
}

/** The value of a foreign key of this row; undefined where the record to connect is not there. */
async function provide(
  context: OperationContext,
  relation: Relation,
  step: RelationStep,
): Promise<Value | undefined> {
  const entity = targetOf(context, relation)
  const { name, to } = relation
  switch (step.verb) {
    case 'connect':
      return (await lookUpRecord(context, entity, step.where, name))?.[to]
    case 'create':
      return (await createChild(context, entity, step.path, step.data))[to]
    case 'connectOrCreate': {
      const found = await lookUpRecord(context, entity, step.where, name)
      const row = found ?? (await createChild(context, entity, step.path, step.data))
      return row[to]
    }
    default:
      if (context.entity.fields.get(relation.from)?.nullable !== true) throw held(name)
      return null
  }
}

/** One step on the rows that hold the key of this one. */
async function relate(
  context: OperationContext,
  relation: Relation,
  step: RelationStep,
  parent: Value,
): Promise<void> {
  const child = targetOf(context, relation)
  const { name, to } = relation
  const link = { [to]: parent }
  switch (step.verb) {
    case 'connect': {
      const row = await findRecord(context, child, step.where, name)
      await relink(context, child, row, to, parent)
      return
    }
    case 'create':
      await createChild(context, child, step.path, step.data, link)
      return
    case 'connectOrCreate': {
      const row = await lookUpRecord(context, child, step.where, name)
      if (row === undefined) await createChild(context, child, step.path, step.data, link)
      else await relink(context, child, row, to, parent)
      return
    }
    case 'disconnect':
      await disconnect(context, relation, step.where, parent)
      return
    case 'set':
      await replace(context, relation, step.where, parent)
  }
}

async function disconnect(
  context: OperationContext,
  relation: Relation,
  where: Data | undefined,
  parent: Value,
): Promise<void> {
  const child = targetOf(context, relation)
  const linked = await linkedRows(context, relation, parent)
  if (where === undefined) {
    for (const row of linked) await letGo(context, child, relation, row, parent)
    return
  }
  const named = await findRecord(context, child, where, relation.name)
  const row = linked.find((each) => identityOf(child, each) === identityOf(child, named))
  if (row === undefined) throw missing(relation.name)
  await letGo(context, child, relation, row, parent)
}

/** Exactly the named rows stay or come; the others that the caller may see are let go. */
async function replace(
  context: OperationContext,
  relation: Relation,
  wheres: readonly Data[],
  parent: Value,
): Promise<void> {
  const child = targetOf(context, relation)
  const wanted = new Map<string, Row>()
  for (const where of wheres) {
    const row = await findRecord(context, child, where, relation.name)
    wanted.set(identityOf(child, row), row)
  }
  for (const row of await linkedRows(context, relation, parent)) {
    const stays = wanted.delete(identityOf(child, row))
    if (!stays) await letGo(context, child, relation, row, parent)
  }
  for (const row of wanted.values()) await relink(context, child, row, relation.to, parent)
}

/** Related rows that the caller may see, and whose key he may read: of others he is not told that they are. */
async function linkedRows(
  context: OperationContext,
  relation: Relation,
  parent: Value,
): Promise<readonly Row[]> {
  const { store } = context
  const child = targetOf(context, relation)
  if (store.access.entity(child).field(relation.to, 'filter', 'read') === false) return []
  return store.find(lookUpQuery(child, [relation.to], keyFields(child)), [parent])
}

async function letGo(
  context: OperationContext,
  child: Entity,
  { name, to }: Relation,
  row: Row,
  parent: Value,
): Promise<void> {
  if (child.fields.get(to)?.nullable !== true) throw held(name)
  // One that went to another parent since is not this one's to let go.
  await relink(context, child, row, to, null, parent)
}

async function createChild(
  context: OperationContext,
  entity: Entity,
  path: string,
  data: Data,
  link: Keys = {},
): Promise<Row> {
  const input = withTie(path, data, link)
  const create = async (): Promise<Row> => {
    const child = await prepareChild(context, entity, 'create', input)
    return createRecord(child.context, child.input, Object.keys(link))
  }
  return within(path, create())
}

function targetOf({ runtime }: OperationContext, relation: Relation): Entity {
  const entity = runtime.model.entities.get(relation.target)
  if (entity === undefined) throw new DBALError('INTERNAL_ERROR')
  return entity
}

function held(path: string): DBALError {
  return invalid([{ field: path, error: 'cannot let go of a record that needs this one' }])
}
