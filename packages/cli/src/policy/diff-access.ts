// What two sets of rules decide differently, by the smallest example found for each difference.
import { createPrincipal, type Auth } from '@proj/dbal'
import { encodeRow, type Adapter, type Row } from '@proj/dbal-contract'
import { createPolicy, GuardedStore, type Policy } from '@proj/dbal-policy'
import type { Action, JsonValue, Model } from '@proj/dbal-schema'
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
  /** Readable under one of the two only; absent: the row itself. */
  readonly field?: string
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
  const found = new Map<string, Sized>()
  for (let n = 0; n < worlds; n += 1) {
    await progress(n, worlds)
    const rows = merged(sampleRows(before, constants, random), sampleRows(after, constants, random))
    const stores = await openBoth(a, b, rows)
    for (const auth of sampleCallers(after, rows, random))
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

type Difference = Pick<AccessChange, 'change' | 'entity' | 'action' | 'field'>

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
    const [action = 'read', field] = key.split('.')
    // A row that is gained or lost has its fields with it.
    if (field !== undefined && one.has(action) !== two.has(action)) continue
    differences.push({
      change: two.has(key) ? 'gains' : 'loses',
      entity: name,
      action: action as Action,
      ...(field === undefined ? {} : { field }),
    })
  }
  return differences
}

/** What the caller may do with the row: `update`, and `read.title` for each field that he may read. */
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
  const row = Object.fromEntries(
    Object.entries(rows.get(name)?.[index] ?? {}).filter(([, value]) => value !== null),
  )
  const caller = (auth.user ?? null) as JsonValue
  const size = Object.keys(row).length + Object.keys(auth.user ?? {}).length
  // One example for each role says who is meant.
  const key = [
    difference.change,
    difference.entity,
    difference.action,
    difference.field,
    auth.user?.role,
  ].join(' ')
  if (size >= (found.get(key)?.size ?? Infinity)) return
  found.set(key, { size, change: { ...difference, caller, row: encodeRow(model, name, row) } })
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
