// Rows past their `ttl` are invisible at once; this deletes them now and then.
import { withMutations, type DeleteQuery } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { Runtime } from '../runtime.ts'

const INTERVAL_MS = 60_000

/** Answers how to stop. The timer keeps no process alive. */
export function startSweeper(runtime: Runtime): () => void {
  const queries = [...withMutations(runtime.model).entities.values()].flatMap(expiredQuery)
  const timer = setInterval(() => void sweep(runtime, queries), INTERVAL_MS)
  timer.unref()
  return () => clearInterval(timer)
}

async function sweep(
  { base, now }: Runtime,
  queries: readonly (readonly [DeleteQuery, isBigint: boolean])[],
): Promise<void> {
  const moment = now()
  for (const [query, isBigint] of queries) {
    try {
      await base.run(query, [isBigint ? BigInt(moment.getTime()) : moment])
    } catch {
      // Rows that others refer to stay, invisible; those of other entities are swept all the same.
    }
  }
}

function expiredQuery(entity: Entity): (readonly [DeleteQuery, boolean])[] {
  const field = entity.ttl?.autoDelete === true ? entity.fields.get(entity.ttl.field) : undefined
  if (field === undefined) return []
  const { name, type } = field
  const left = { kind: 'field', path: [], field: name, type } as const
  const right = { kind: 'param', index: 0, type } as const
  const where = { kind: 'compare', op: '<=', left, right } as const
  return [[{ kind: 'delete', entity: entity.name, where }, type === 'bigint']]
}
