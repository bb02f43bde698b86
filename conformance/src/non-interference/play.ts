// The same program in two worlds; the first observation that differs is a leak.
import { DBALClient, type AdapterName, type ScopedClient } from '@proj/dbal'
import { isDBALError, type Operation } from '@proj/dbal-contract'
import { compileWorkspace, formatDiagnostics, type Model } from '@proj/dbal-schema'
import { policyText, type Rule } from './rules.ts'
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
import { facts } from './worlds.ts'

/** What runs the caller's operations; the product is `asCaller`. */
export type Subject = (client: DBALClient, caller: Caller) => Pick<ScopedClient, 'call'>

export const asCaller: Subject = (client, { role, claims }) =>
  client.as({ user: { ...claims, role } })

export interface Leak {
  readonly operation: Operation
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
  readonly program: readonly Operation[]
}

/** Undefined: nothing told the worlds apart for as long as the caller's view of them was the same. */
export async function findLeak(game: Game, subject: Subject = asCaller): Promise<Leak | undefined> {
  const { rules, caller } = game
  const model = modelOf(game.shape, rules)
  const one = await populate(model, game.worlds[0])
  const two = await populate(model, game.worlds[1])
  try {
    for (const operation of game.program) {
      const a = await observe(subject(one, caller), operation)
      const b = await observe(subject(two, caller), operation)
      const views = [facts(await dump(one), rules, caller), facts(await dump(two), rules, caller)]
      const opened = views[0] !== views[1]
      // What the caller wrote himself may open rows to him in which the worlds differ, and its answer is
      // such a row. That it succeeds, and how many rows it touches, is the same all the same.
      if (a !== b && !(opened && isRow(a) && isRow(b))) return { operation, observed: [a, b] }
      if (opened) return undefined
    }
    return undefined
  } finally {
    await one.close()
    await two.close()
  }
}

export async function populate(
  model: Model,
  world: World,
  adapter: AdapterName = 'memory',
): Promise<DBALClient> {
  const client = new DBALClient({
    schema: model,
    adapter,
    database: { url: ':memory:' },
    security: { cursorSecret: 'the same in both worlds' },
    now: () => new Date('2026-01-01T00:00:00Z'),
  })
  for (const entity of ENTITIES)
    await client.system().call({ entity, action: 'create_many', input: { items: world[entity] } })
  return client
}

/** Of an observation: neither an error nor a number. */
function isRow(observed: string): boolean {
  return observed.startsWith('{')
}

async function observe(client: Pick<ScopedClient, 'call'>, operation: Operation): Promise<string> {
  try {
    return JSON.stringify(await client.call(operation)) ?? 'undefined'
  } catch (error) {
    if (!isDBALError(error)) throw error
    const { code, httpStatus, message, details, retryable, outcome } = error
    return `! ${JSON.stringify({ code, httpStatus, message, details, retryable, outcome })}`
  }
}

export async function dump(client: DBALClient): Promise<World> {
  const tables = await Promise.all(
    ENTITIES.map(async (entity) => [entity, await rowsOf(client, entity)] as const),
  )
  return Object.fromEntries(tables) as unknown as World
}

async function rowsOf(client: DBALClient, entity: EntityName): Promise<readonly PlainRow[]> {
  const rows = await listAll(client.system(), entity)
  return rows.map((row) =>
    Object.fromEntries(FIELDS[entity].map((field) => [field, row[field] ?? null])),
  )
}

/** The rows of an entity as somebody sees them, by primary key. */
export async function listAll(
  client: Pick<ScopedClient, 'call'>,
  entity: EntityName,
): Promise<readonly PlainRow[]> {
  const page = await client.call({ entity, action: 'list', input: { limit: 100 } })
  return (page as { readonly data: readonly PlainRow[] }).data
}
