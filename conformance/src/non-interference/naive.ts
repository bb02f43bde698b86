// What this product is not: rows fetched first and filtered afterwards. The property must find it out.
import type { ScopedClient } from '@proj/dbal'
import type { Operation } from '@proj/dbal-contract'
import { RELATIONS } from './relations.ts'
import { asCaller, type Subject } from './steps.ts'
import { shownFields, type Rule } from './rules.ts'
import {
  ENTITIES,
  rowOf,
  type Caller,
  type EntityName,
  type PlainRow,
  type World,
} from './world.ts'

/** Reads as the system does, then drops hidden rows and leaves hidden fields out. */
export function filterAfterwards(
  rules: readonly Rule[],
  dump: (client: Pick<ScopedClient, 'system'>) => Promise<World>,
): Subject {
  return (client, caller) => ({
    call: async (operation: Operation) => {
      const answer = await client.system().call(operation)
      const entity = ENTITIES.find((name) => name === operation.entity)
      if (entity === undefined || !hasData(answer)) return answer
      const world = await dump(client)
      return {
        ...answer,
        data: answer.data.flatMap((row) => mask(rules, entity, row, world, caller)),
      }
    },
  })
}

function hasData(answer: unknown): answer is { readonly data: readonly PlainRow[] } {
  return typeof answer === 'object' && answer !== null && 'data' in answer
}

function mask(
  rules: readonly Rule[],
  entity: EntityName,
  row: PlainRow,
  world: World,
  caller: Caller,
): readonly PlainRow[] {
  const stored = world[entity].find(({ id }) => id === row['id'])
  const fields = stored && shownFields(rules, entity, stored, world, caller)
  if (fields === undefined) return []
  return [Object.fromEntries(Object.entries(row).filter(([field]) => fields.includes(field)))]
}

/** Sorts what the caller sees by what he may not see: a field of a related row, their number, a json field. */
export function sortAfterwards(
  dump: (client: Pick<ScopedClient, 'system'>) => Promise<World>,
): Subject {
  return (client, caller) => ({
    call: async (operation: Operation) => {
      const entity = ENTITIES.find((name) => name === operation.entity)
      const { sort, ...input } = operation.input ?? {}
      const by = entity === undefined ? undefined : strangeOrder(entity, sort)
      if (entity === undefined || by === undefined) return asCaller(client, caller).call(operation)
      const answer = await asCaller(client, caller).call({ ...operation, input })
      if (!hasData(answer)) return answer
      const world = await dump(client)
      const value = (row: PlainRow): string => JSON.stringify(by(row, world) ?? null)
      return {
        ...answer,
        data: answer.data.toSorted((a, b) => (value(a) < value(b) ? -1 : 1)),
      }
    },
  })
}

type ByRow = (row: PlainRow, world: World) => unknown

function strangeOrder(entity: EntityName, sort: unknown): ByRow | undefined {
  const [[name, way] = ['', undefined]] = Object.entries((sort ?? {}) as PlainRow)
  const stored: ByRow = (row, world) => rowOf(world, entity, row['id'])
  if (name === 'meta') return (row, world) => (stored(row, world) as PlainRow | undefined)?.['meta']
  const relation = RELATIONS[entity].find((each) => each.name === name)
  if (relation === undefined || way === undefined) return undefined
  const { to, key, many } = relation
  if (many) return (row, world) => world[to].filter((child) => child[key] === row['id']).length
  const [field = ''] = Object.keys(way as object)
  return (row, world) =>
    rowOf(world, to, (stored(row, world) as PlainRow | undefined)?.[key])?.[field]
}
