// What this product is not: rows fetched first and filtered afterwards. The property must find it out.
import type { DBALClient } from '@proj/dbal'
import type { Operation } from '@proj/dbal-contract'
import type { Subject } from './play.ts'
import { shownFields, type Rule } from './rules.ts'
import { ENTITIES, type Caller, type EntityName, type PlainRow, type World } from './world.ts'

/** Reads as the system does, then drops hidden rows and leaves hidden fields out. */
export function filterAfterwards(
  rules: readonly Rule[],
  dump: (client: DBALClient) => Promise<World>,
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
