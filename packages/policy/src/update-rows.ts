// Updates under the rules: which rows they may touch, and what they may leave.
import { conflict, DBALError, isLocal, type Params, type UpdateQuery } from '@proj/dbal-contract'
import type { Entity, QueryOperand, RulePredicate } from '@proj/dbal-schema'
import { entityOf } from './bind-rule.ts'
import { followedFields } from './consequences.ts'
import { Cascade } from './demand-cascade.ts'
import { demandStored, readBefore, type RowsBefore } from './demand-images.ts'
import { findUnseen, tiedFields, type SentValues } from './demand-targets.ts'
import { byImage, imagesOf, mayConflict, valueOf } from './update-images.ts'
import { foldWrite, type Folded, type ImageCheck } from './fold-query.ts'
import type { Guard } from './guard.ts'
import { mentionsBefore, mentionsField, pinsRow } from './mentions.ts'
import { agreesWithLock, decidesLocally } from './row-rules.ts'
import { changed, type Changed, type NewRow, type Sent } from './sent.ts'
import { mayStore, storesUnderLock, withOtherwise, withRow } from './store-otherwise.ts'
import { useOf } from './plan-cache.ts'
import { allFields, byKeyQuery } from './templates.ts'
import { demandUnstored, type UntoldKeys } from './would-hold.ts'

/** One update as its rules see it. */
interface Update {
  readonly query: UpdateQuery
  readonly params: Params
  readonly entity: Entity
  readonly fields: readonly string[]
  readonly where: RulePredicate
  readonly check: RulePredicate
  readonly requirement: RulePredicate | undefined
  /** A row that satisfied the rule before still does: the change touches nothing it looks at. */
  readonly settled: boolean
}

export async function updateRows(
  guard: Guard,
  query: UpdateQuery,
  params: Params,
  sent: Sent,
): Promise<Changed> {
  const entity = entityOf(guard.policy.model, query.entity)
  const { fields } = sent
  guard.access.demand(entity, 'update', fields)
  const { absent } = sent
  const tied = absent === undefined ? tiedFields(entity, fields) : []
  const unseen =
    tied.length > 0
      ? await findUnseen(guard, entity, givenValues(query, params, tied), sent.vouched)
      : undefined
  const { where, check } = guard.access.entity(entity).decide('update', fields)
  const settled = check === where && !query.set.some(({ field }) => mentionsField(check, field))
  const requirement = guard.requirement(entity)
  const update = { query, params, entity, fields, where, check, requirement, settled }
  if (absent !== undefined)
    return leadNowhere(guard, update, { open: absent }, new DBALError('NOT_FOUND'))
  if (unseen !== undefined)
    return leadNowhere(guard, update, { unseen }, conflict([unseen], 'foreign_key'))
  const followed = followedFields(guard, entity)
  if (query.set.some(({ field }) => followed.has(field)))
    return guard.atomically((inner) => changeWithChildren(inner, update))
  const { otherwise } = sent
  const stored =
    otherwise !== undefined && settled ? await changeOrStore(guard, update, otherwise) : undefined
  return stored ?? changeRows(guard, update)
}

/** Undefined where it takes more than one statement. */
async function changeOrStore(
  guard: Guard,
  update: Update,
  row: NewRow,
): Promise<Changed | undefined> {
  const { params, entity, fields } = update
  if (!mayStore(guard, entity, fields, row)) return undefined
  const folded = foldUpdate(guard, update, { stores: row })
  if (!isLocal(folded.query.where)) return undefined
  const result = changed(await guard.run(folded, withRow(params, folded.query, row)))
  return result.count > result.rows.length ? { ...result, stored: true } : result
}

function givenValues(query: UpdateQuery, params: Params, fields: readonly string[]): SentValues {
  const given = query.set.filter(({ field }) => fields.includes(field))
  return new Map(given.flatMap((one) => valueOf(one, params)))
}

/** A key leads to no row that the caller may know of: told to those only who may make the change otherwise. */
async function leadNowhere(
  guard: Guard,
  update: Update,
  keys: UntoldKeys,
  error: DBALError,
): Promise<Changed> {
  const { query, params, entity, check, settled } = update
  const before = await readBefore(guard, foldUpdate(guard, update), params, entity)
  if (before.size === 0) return { count: 0, rows: [] }
  if (!settled) await demandImages(guard, check, entity, query, params, before, keys)
  throw error
}

async function changeRows(guard: Guard, update: Update): Promise<Changed> {
  const { query, params, entity, check, settled } = update
  const folded = foldUpdate(guard, update)
  if (settled) return changed(await guard.run(folded, params))
  const image = imageOf(guard, check, entity, query)
  if (image !== undefined) {
    const whole = foldUpdate(guard, update, { image })
    const result = changed(await guard.run(whole, params))
    return result.count > 0 ? result : guard.atomically((inner) => tellApart(inner, update, whole))
  }
  const isKey = query.set.some(({ field }) => mayConflict(entity, field))
  return guard.atomically(async (inner) => {
    const before =
      isKey || mentionsBefore(check) ? await readBefore(inner, folded, params, entity) : undefined
    if (isKey && before !== undefined)
      await demandImages(inner, check, entity, query, params, before)
    const result = changed(await inner.run(folded, params))
    await demandStored(inner, check, entity, result.rows, before)
    return result
  })
}

/** The rows as they would be, before the database could find a conflict in them. */
async function demandImages(
  guard: Guard,
  check: RulePredicate,
  entity: Entity,
  query: UpdateQuery,
  params: Params,
  before: RowsBefore,
  keys?: UntoldKeys,
): Promise<void> {
  const images = imagesOf(query, params, before)
  const was = byImage(entity, images, before)
  await demandUnstored(guard, [check], entity, [...images.values()], keys, was)
}

/** No row was touched: there is none, or the one there is would fail its check. */
async function tellApart(
  guard: Guard,
  update: Update,
  whole: Folded<UpdateQuery>,
): Promise<Changed> {
  const { params, entity } = update
  const before = await readBefore(guard, foldUpdate(guard, update), params, entity)
  if (before.size === 0) return { count: 0, rows: [] }
  // Another caller may have changed it since; it is locked now.
  const result = changed(await guard.run(whole, params))
  if (result.count > 0) return result
  throw guard.refusal()
}

/** Rows that refer to a value which changes are changed by the database, and their rules have a say. */
async function changeWithChildren(guard: Guard, update: Update): Promise<Changed> {
  const { query, params, entity } = update
  const before = await readBefore(guard, foldUpdate(guard, update), params, entity)
  const cascade = new Cascade(guard)
  // A sum has no value of its own yet: NULL stands for it, which no check holds for.
  const event = new Map(
    query.set.map((one) => [one.field, valueOf(one, params)[0]?.[1][0] ?? null] as const),
  )
  await cascade.demand(entity, [...before.values()], event)
  const result = await changeRows(guard, update)
  // A row that came into reach since: nobody was asked about its children.
  if (result.count > before.size) throw new DBALError('SERIALIZATION_CONFLICT')
  await cascade.demandImages()
  return result
}

/** What the statement does beside the update. */
interface Beside {
  readonly image?: ImageCheck
  readonly stores?: NewRow
}

function foldUpdate(
  guard: Guard,
  update: Update,
  { image, stores }: Beside = NOTHING,
): Folded<UpdateQuery> {
  const { query, entity, check, fields, where, requirement, settled } = update
  const sums = query.set
    .filter(({ field, kind }) => kind === 'add' && fields.includes(field))
    .map(({ field }) => field)
  const isLocked = stores === undefined || storesUnderLock(guard, entity, stores)
  const change = image === undefined ? (settled ? 'settled' : 'update') : 'image'
  const beside = stores === undefined ? '' : isLocked ? ' or store' : ' or store past the lock'
  return guard.plan(query, useOf(change + beside, fields), requirement, () => {
    const isAnswered = settled || image !== undefined
    const answered = isAnswered ? query : { ...query, returning: allFields(entity) }
    const template = stores === undefined ? answered : withOtherwise(answered, entity)
    const folded = foldWrite(template, where, requirement, sums, guard.rules, image)
    // The policies judge the row that is left, before it is stored.
    return isLocked && agreesWithLock(guard, check, entity) ? folded : { ...folded, unlocked: true }
  })
}

const NOTHING: Beside = {}

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
