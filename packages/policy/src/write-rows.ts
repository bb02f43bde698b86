// Inserts, updates and deletes under the rules: which rows they may touch, and what they may leave.
import type {
  Assignment,
  DeleteQuery,
  Params,
  QueryResult,
  Row,
  UpdateQuery,
  Value,
} from '@proj/dbal-contract'
import { allOf, type Entity, type QueryOperand, type RulePredicate } from '@proj/dbal-schema'
import { entityOf } from './bind-rule.ts'
import { demandCascade, hasCascade, referredFields, unlessHolds } from './demand-cascade.ts'
import { demandLocal, demandStored, readBefore } from './demand-images.ts'
import { demandTargets, type SentValues } from './demand-targets.ts'
import { foldWrite, type Folded, type ImageCheck } from './fold-query.ts'
import type { Guard } from './guard.ts'
import { mentionsBefore, mentionsField, pinsRow } from './mentions.ts'
import { decidesLocally } from './row-rules.ts'
import { allFields, byKeyQuery, insertTemplate } from './templates.ts'

export interface Changed {
  /** Rows matched, changed in value or not. */
  readonly count: number
  readonly rows: readonly Row[]
}

/** What the caller sends, by the names of fields. */
export interface Sent {
  readonly fields: readonly string[]
  /** Foreign keys among them whose rows were looked up or made under the rules already. */
  readonly vouched?: ReadonlySet<string> | undefined
}

export async function insertRows(
  guard: Guard,
  entity: Entity,
  rows: readonly Row[],
  sent: Sent,
): Promise<void> {
  guard.access.demand(entity, 'create', sent.fields)
  const { check } = guard.access.entity(entity).decide('create', sent.fields)
  const requirement = guard.requirement(entity, 'image')
  const rules = requirement === undefined ? [check] : [check, requirement]
  const given = sent.fields.map((name) => [name, rows.map((row) => row[name])] as const)
  await demandTargets(guard, entity, unvouched(given, sent))
  demandLocal(guard, rules, entity, rows)
  const query = insertTemplate(entity)
  const params = rows.flatMap((row) => query.fields.map((name) => row[name] as Value))
  const beyond = rules.filter((rule) => !decidesLocally(guard, rule, entity))
  if (beyond.length === 0) {
    await guard.store.run(query, params, guard.scope.run)
    return
  }
  await guard.atomically(async (inner) => {
    await inner.store.run(query, params, inner.scope.run)
    for (const rule of beyond) await demandStored(inner, rule, entity, rows)
  })
}

export async function updateRows(
  guard: Guard,
  query: UpdateQuery,
  params: Params,
  sent: Sent,
): Promise<Changed> {
  const entity = entityOf(guard.policy.model, query.entity)
  guard.access.demand(entity, 'update', sent.fields)
  const { where, check } = guard.access.entity(entity).decide('update', sent.fields)
  const given = query.set.filter(({ field }) => sent.fields.includes(field))
  await demandTargets(
    guard,
    entity,
    unvouched(
      given.flatMap((one) => valueOf(one, params)),
      sent,
    ),
  )
  // A row that satisfied the rule before still does, when the change touches nothing it looks at.
  const settled = check === where && !query.set.some(({ field }) => mentionsField(check, field))
  const sums = given.filter(({ kind }) => kind === 'add').map(({ field }) => field)
  const requirement = guard.requirement(entity)
  const use = `update:${settled}:${sent.fields.join()}`
  const folded = guard.plan(query, use, requirement, () => {
    const template = settled ? query : { ...query, returning: allFields(entity) }
    return foldWrite(template, where, requirement, sums, guard.rules)
  })
  if (settled) return changed(await guard.run(folded, params))
  const image = imageOf(guard, check, entity, query)
  if (image !== undefined) {
    const whole = guard.plan(query, `image:${sent.fields.join()}`, requirement, () =>
      foldWrite(query, where, requirement, sums, guard.rules, image),
    )
    const result = changed(await guard.run(whole, params))
    if (result.count > 0) return result
    // No row, or one that would fail: which of them is found out below, where the change can be undone.
  }
  return guard.atomically(async (inner) => {
    const before = mentionsBefore(check)
      ? await readBefore(inner, folded, params, entity)
      : undefined
    const result = changed(await inner.run(folded, params))
    await demandStored(inner, check, entity, result.rows, before)
    return result
  })
}

/** Whether the caller could send these fields for the row with this primary key, whatever they hold. */
export async function isUpdatable(
  guard: Guard,
  entity: Entity,
  key: Params,
  sent: readonly string[],
): Promise<boolean> {
  const { where } = guard.access.entity(entity).decide('update', sent)
  const query = byKeyQuery(entity, entity.primaryKey)
  const requirement = guard.requirement(entity)
  const folded = guard.plan(query, `updatable:${sent.join()}`, requirement, () =>
    foldWrite(query, where, requirement, [], guard.rules),
  )
  return (await guard.run(folded, key)).count > 0
}

export async function deleteRows(
  guard: Guard,
  query: DeleteQuery,
  params: Params,
): Promise<number> {
  const entity = entityOf(guard.policy.model, query.entity)
  const folded = foldDeletion(guard, query, entity, 'delete')
  const { sweeping } = guard.access.entity(entity).decide('delete')
  if (sweeping.kind === 'true' || !hasCascade(guard, entity)) {
    return (await guard.run(folded, params)).count
  }
  return guard.atomically(async (inner) => {
    const { rows } = await inner.run(foldFollowed(inner, query, entity), params)
    await demandCascade(inner, entity, rows as readonly Row[])
    return (await inner.run(folded, params)).count
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

/**
 * The check as a condition of the statement itself, where the row and the values given to it decide. Of
 * one row only: among several, one that fails undoes the change of all.
 */
function imageOf(
  guard: Guard,
  check: RulePredicate,
  entity: Entity,
  { set, where }: UpdateQuery,
): ImageCheck | undefined {
  if (!pinsRow(entity, where) || !decidesLocally(guard, check, entity)) return undefined
  const image = new Map<string, QueryOperand>()
  for (const { field, kind, value } of set) {
    if (kind === 'set') image.set(field, value)
    else if (mentionsField(check, field)) return undefined
  }
  return { rule: check, image }
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
      fields: referredFields(guard, entity),
      where: query.where,
      sort: [],
      forUpdate: true,
    } as const
    const rule = allOf([where, unlessHolds(sweeping)])
    return foldWrite(select, rule, requirement, [], guard.rules)
  })
}

function changed(result: QueryResult): Changed {
  return { count: result.count, rows: result.rows as readonly Row[] }
}

function unvouched(given: Iterable<readonly [string, readonly (Value | undefined)[]]>, sent: Sent) {
  const { vouched } = sent
  const all: SentValues = new Map(given)
  if (vouched === undefined) return all
  return new Map([...all].filter(([name]) => !vouched.has(name)))
}

function valueOf(
  { field, kind, value }: Assignment,
  params: Params,
): readonly (readonly [string, readonly (Value | undefined)[]])[] {
  if (kind !== 'set' || value.kind !== 'param') return []
  return [[field, [params[value.index] as Value | undefined]]]
}
