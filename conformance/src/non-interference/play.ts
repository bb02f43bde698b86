// The same program in two worlds; the first observation that differs is a leak.
import { DBALClient, type ScopedClient } from '@proj/dbal'
import type { Adapter, Operation, Value } from '@proj/dbal-contract'
import { compileWorkspace, formatDiagnostics, type Model } from '@proj/dbal-schema'
import { memory } from '../targets/embedded.ts'
import type { Step } from './programs.ts'
import { policyText, type Rule } from './rules.ts'
import { asCaller, playStep, type Moment, type Side, type Subject } from './steps.ts'
import { Stores } from './stores.ts'
import {
  entitiesText,
  ENTITIES,
  FIELDS,
  type Caller,
  type EntityName,
  type PlainRow,
  type Shape,
  type World,
} from './world.ts'
import { facts, hasAttached } from './worlds.ts'

export interface Leak {
  readonly operation: Operation | string
  readonly observed: readonly [string, string]
}

export function modelOf(shape: Shape, rules: readonly Rule[]): Model {
  const { model, diagnostics, files } = compileWorkspace([
    { path: 'entities/domain.yaml', text: entitiesText(shape) },
    { path: 'policies/rules.yaml', text: policyText(rules) },
  ])
  if (model === undefined)
    throw new Error(formatDiagnostics(diagnostics, files, { format: 'pretty' }))
  return model
}

export interface Game {
  readonly shape: Shape
  readonly rules: readonly Rule[]
  readonly caller: Caller
  readonly worlds: readonly [World, World]
  readonly program: readonly Step[]
}

const inMemory = new Stores(memory)

/** Undefined: nothing told the worlds apart for as long as the caller's view of them was the same. */
export async function findLeak(
  game: Game,
  subject: Subject = asCaller,
  stores: Stores = inMemory,
): Promise<Leak | undefined> {
  const { rules, caller, shape, worlds } = game
  const model = modelOf(shape, rules)
  const look = async (client: Pick<ScopedClient, 'system'>): Promise<string> =>
    facts(await dump(client), rules, caller)
  const open = async (world: World, place: number): Promise<Side> => {
    const client = await populate(model, world, await stores.open(model, shape, place))
    return { client, caller, subject, look }
  }
  const one = await open(worlds[0], 0)
  const two = await open(worlds[1], 1)
  const attached = hasAttached(worlds)
  try {
    for (const step of game.program) {
      const verdict = compare(await playStep(one, step), await playStep(two, step), attached)
      if (verdict !== 'alike') return verdict
    }
    return undefined
  } finally {
    await one.client.close()
    await two.client.close()
  }
}

/** Undefined: from some moment on the worlds may be told apart, by right. */
function compare(
  one: readonly Moment[],
  two: readonly Moment[],
  attached: boolean,
): Leak | 'alike' | undefined {
  for (const [n, { operation, observed: a, known }] of one.entries()) {
    const { observed: b, known: other } = two[n] ?? { observed: '(nothing)' }
    const opened = known !== other
    // What the caller wrote himself may open rows to him in which the worlds differ, and its answer is
    // such a row. That it succeeds, and how many rows it touches, is the same all the same.
    const shown = opened && isRow(a) && isRow(b)
    if (a !== b && !shown)
      return attached && isToldByDesign(operation, a, b)
        ? undefined
        : { operation, observed: [a, b] }
    if (opened) return undefined
  }
  return 'alike'
}

/** That a row cannot be deleted because of what refers to it, or may not be for its sake (ACC-39, ACC-41). */
function isToldByDesign(operation: Operation | string, a: string, b: string): boolean {
  const action = typeof operation === 'string' ? operation : operation.action
  return action.startsWith('delete') && (isError(a) || isError(b))
}

const isError = (observed: string): boolean => observed.startsWith('!')

/** Of an observation: neither an error nor a number. */
const isRow = (observed: string): boolean => observed.startsWith('{')

/** A client on a store that has the rows of a world, and is closed with it. */
export async function populate(model: Model, world: World, adapter: Adapter): Promise<DBALClient> {
  for (const entity of ENTITIES) {
    const fields = FIELDS[entity]
    const params = world[entity].flatMap((row) => fields.map((field) => row[field] as Value))
    if (params.length > 0) await adapter.run({ kind: 'insert', entity, fields }, params)
  }
  return new DBALClient({
    schema: model,
    adapter,
    security: { cursorSecret: 'the same in both worlds' },
    now: () => new Date('2026-01-01T00:00:00Z'),
  })
}

export async function dump(client: Pick<ScopedClient, 'system'>): Promise<World> {
  const system = client.system()
  const tables: (readonly [EntityName, readonly PlainRow[]])[] = []
  for (const entity of ENTITIES) {
    const rows = await listAll(system, entity)
    const plain = rows.map((row) =>
      Object.fromEntries(FIELDS[entity].map((field) => [field, row[field] ?? null])),
    )
    tables.push([entity, plain])
  }
  return Object.fromEntries(tables) as unknown as World
}

/** The rows of an entity as somebody sees them, by primary key. */
export async function listAll(
  client: Pick<ScopedClient, 'call'>,
  entity: EntityName,
): Promise<readonly PlainRow[]> {
  const page = await client.call({ entity, action: 'list', input: { limit: 100 } })
  return (page as { readonly data: readonly PlainRow[] }).data
}
