// What two sets of rules decide differently, by the smallest example found for each difference.
import { createPrincipal, type Auth } from '@proj/dbal'
import { encodeRow, type Adapter, type Row } from '@proj/dbal-contract'
import { createPolicy, GuardedStore, type Policy } from '@proj/dbal-policy'
import type { Action, JsonValue, Model } from '@proj/dbal-schema'
import { askedValues } from './asked-values.ts'
import { changedEntities, constantsOf } from './constants.ts'
import {
  randomFrom,
  sampleCallers,
  sampleRows,
  storeRows,
  type SampleRows,
} from './sample-world.ts'

export interface AccessChange {
  readonly change: 'gains' | 'loses'
  readonly entity: string
  readonly action: Action
  /** Readable or writable under one of the two only; absent: the row itself. */
  readonly field?: string
  /** What an update may make of the row under one of the two only. */
  readonly becoming?: JsonValue
  readonly caller: JsonValue
  readonly row: JsonValue
}

export interface DiffOptions {
  readonly worlds: number
  readonly seed: number
  /** Told how many worlds are done; its rejection ends the work. */
  readonly progress: (done: number, of: number) => Promise<void>
}

interface Side {
  readonly model: Model
  readonly policy: Policy
}

interface Example {
  readonly rows: SampleRows
  readonly auth: Auth
  /** Which of the entity's rows. */
  readonly index: number
}

/** By how many values it takes to show it. */
interface Sized {
  readonly size: number
  readonly change: AccessChange
}

const ACTIONS: readonly Action[] = ['create', 'read', 'list', 'update', 'delete']

/** Empty where no difference was found, which is no proof that there is none. */
export async function diffAccess(
  before: Model,
  after: Model,
  { worlds, seed, progress }: DiffOptions,
): Promise<readonly AccessChange[]> {
  const entities = changedEntities(before, after)
  if (entities.length === 0) return []
  const sides = [before, after].map((model): Side => ({ model, policy: createPolicy(model) }))
  const [a, b] = sides as [Side, Side]
  const random = randomFrom(seed)
  const constants = constantsOf([before, after])
  const asked = askedValues([before, after])
  const found = new Map<string, Sized>()
  for (let n = 0; n < worlds; n += 1) {
    await progress(n, worlds)
    const rows = merged(
      sampleRows(before, constants, asked, random),
      sampleRows(after, constants, asked, random),
    )
    const stores = await openBoth(a, b, rows)
    for (const auth of sampleCallers(after, rows, asked, random))
      for (const name of entities) {
        const list = rows.get(name) ?? []
        for (const index of list.keys()) {
          const example = { rows, auth, index }
          for (const difference of await compare(a, b, stores, name, example))
            keepSmallest(found, difference, example, after.entities.has(name) ? after : before)
        }
      }
    await Promise.all(stores.map((store) => store.close()))
  }
  return [...found.values()]
    .map(({ change }) => change)
    .sort((x, y) => order(x).localeCompare(order(y)))
}

type Difference = Pick<AccessChange, 'change' | 'entity' | 'action' | 'field'> & {
  /** Which of the rows it may become. */
  readonly image?: number
}

async function compare(
  a: Side,
  b: Side,
  stores: readonly [Adapter, Adapter],
  name: string,
  example: Example,
): Promise<readonly Difference[]> {
  const [one, two] = [
    await decisions(a, stores[0], name, example),
    await decisions(b, stores[1], name, example),
  ]
  const differences: Difference[] = []
  for (const key of new Set([...one, ...two])) {
    if (one.has(key) === two.has(key)) continue
    const [, action = 'read', field, other] = /^(\w+?)(?:\.(\w+)|>(\d+))?$/.exec(key) ?? []
    // A row that is gained or lost has its fields with it.
    if (key !== action && one.has(action) !== two.has(action)) continue
    differences.push({
      change: two.has(key) ? 'gains' : 'loses',
      entity: name,
      action: action as Action,
      ...(field === undefined ? {} : { field }),
      ...(other === undefined ? {} : { image: Number(other) }),
    })
  }
  return differences
}

/**
 * What the caller may do with the row: `update`, `read.title` for each field that he may read, `update.title`
 * for each that he may write, and `update>1` where he may make of it what another row is.
 */
async function decisions(
  { model, policy }: Side,
  adapter: Adapter,
  name: string,
  { rows, auth, index }: Example,
): Promise<ReadonlySet<string>> {
  const open = new Set<string>()
  const entity = model.entities.get(name)
  const row = rows.get(name)?.[index]
  if (entity === undefined || row === undefined) return open
  const principal = createPrincipal(auth)
  const store = new GuardedStore(adapter, policy, { principal, now: new Date(0), input: {} })
  const access = store.access.entity(entity)
  for (const action of ACTIONS) {
    const { allowed, where, check } = access.decide(action)
    const rule = action === 'create' ? check : where
    if (allowed && (await store.satisfies(rule, entity, row))) open.add(action)
  }
  for (const action of ['create', 'update'] as const) {
    if (!open.has(action)) continue
    const preset = access.presets(action).map(({ field }) => field)
    for (const field of entity.fields.keys()) {
      const { allowed, where, check } = access.decide(action, [field])
      const isOpen =
        allowed && !preset.includes(field) && access.sends(action, [field]).closed.length === 0
      if (isOpen && (await store.satisfies(action === 'create' ? check : where, entity, row)))
        open.add(`${action}.${field}`)
    }
  }
  if (open.has('update')) {
    const { check } = access.decide('update')
    for (const [other, image] of (rows.get(name) ?? []).entries())
      if (await store.satisfies(check, entity, image, row)) open.add(`update>${other}`)
  }
  if (!open.has('read')) return open
  for (const field of entity.fields.keys()) {
    const shown = access.field(field, 'read', 'read')
    if (shown === true || (shown !== false && (await store.satisfies(shown, entity, row))))
      open.add(`read.${field}`)
  }
  return open
}

function keepSmallest(
  found: Map<string, Sized>,
  difference: Difference,
  { rows, auth, index }: Example,
  model: Model,
): void {
  const name = difference.entity
  const { image, ...change } = difference
  const shown = (n: number): JsonValue => {
    const values = Object.entries(rows.get(name)?.[n] ?? {}).filter(([, value]) => value !== null)
    return encodeRow(model, name, Object.fromEntries(values))
  }
  const row = shown(index)
  const caller = callerOf(auth)
  const size = JSON.stringify([row, caller]).length
  // One example for each role says who is meant.
  const key = [
    difference.change,
    difference.entity,
    difference.action,
    difference.field,
    image === undefined ? '' : 'becoming',
    auth.user?.role,
  ].join(' ')
  if (size >= (found.get(key)?.size ?? Infinity)) return
  const becoming = image === undefined ? {} : { becoming: shown(image) }
  found.set(key, { size, change: { ...change, caller, row, ...becoming } })
}

/** As a case would say it: the claims, and the context where there is one. */
function callerOf({ user, context }: Auth): JsonValue {
  if (context === undefined) return (user ?? null) as JsonValue
  return { ...user, context } as JsonValue
}

async function openBoth(a: Side, b: Side, rows: SampleRows): Promise<readonly [Adapter, Adapter]> {
  return [await storeRows(a.model, rows), await storeRows(b.model, rows)]
}

/** Fields and entities of either; what both have is the later one's. */
function merged(before: SampleRows, after: SampleRows): SampleRows {
  const names = new Set([...before.keys(), ...after.keys()])
  return new Map(
    [...names].map((name) => {
      const [old, own] = [before.get(name) ?? [], after.get(name) ?? []]
      const longer = own.length >= old.length ? own : old
      return [name, longer.map((_, n): Row => ({ ...old[n], ...own[n] }))]
    }),
  )
}

function order({ change, entity, action, field = '' }: AccessChange): string {
  return [change, entity, ACTIONS.indexOf(action), field].join(' ')
}
