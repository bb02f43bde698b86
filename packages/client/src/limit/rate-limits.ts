// How often an operation may be attempted (`rate_limit`). Attempts are counted after they were found
// permitted and valid, and before any rule or handler runs. Counting itself is a library's
// (docs/decisions/0010): fixed windows, in this process or in a store that processes share.
import { DBALError, type Principal } from '@proj/dbal-contract'
import type { Entity, Model, OperationSpec, RateLimit } from '@proj/dbal-schema'
import { localHash, sharedHash } from './hash-key.ts'
import { openCounterStore } from './open-counter-store.ts'

export interface RateLimits {
  /** Counts an attempt. Throws RATE_LIMIT_EXCEEDED, with `details.retryAfter` in seconds. */
  consume(
    entity: Entity,
    operation: OperationSpec,
    principal: Principal,
    input: Readonly<Record<string, unknown>>,
  ): Promise<void>
  close(): Promise<void>
}

/** Undefined where the contract limits nothing. Throws VALIDATION_ERROR for a `state.url` it cannot use. */
export async function openRateLimits(model: Model, url?: string): Promise<RateLimits | undefined> {
  const limits = [...model.entities.values()].flatMap((entity) =>
    [...entity.operations.values()].flatMap(({ name, rateLimit }) =>
      rateLimit === undefined ? [] : [[`${entity.name}.${name}`, rateLimit] as const],
    ),
  )
  if (limits.length === 0) return undefined
  const store = await openCounterStore(url, new Map(limits))
  const hash = store.shared ? sharedHash : localHash()
  return {
    consume: async (entity, operation, principal, input) => {
      const { rateLimit } = operation
      if (rateLimit === undefined || principal.system) return
      const name = `${entity.name}.${operation.name}`
      const retryAfterMs = await store.count(name, hash(keyOf(rateLimit, principal, input)))
      if (retryAfterMs === undefined) return
      // A client that comes back a moment too early is counted again.
      throw new DBALError('RATE_LIMIT_EXCEEDED', {
        details: { retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1000)) },
      })
    },
    close: () => store.close(),
  }
}

/** What attempts are counted by; who asks, where the key names nothing that is there. */
function keyOf(
  { key }: RateLimit,
  principal: Principal,
  input: Readonly<Record<string, unknown>>,
): string {
  const [, source = '', name = ''] = /^\$(input|user|context)\.(.+)$/.exec(key ?? '') ?? []
  const value = valueOf(source, name, principal, input)
  if (value !== undefined && value !== null) return JSON.stringify([source, name, String(value)])
  return JSON.stringify(['principal', principal.id === undefined ? '' : String(principal.id)])
}

function valueOf(
  source: string,
  name: string,
  principal: Principal,
  input: Readonly<Record<string, unknown>>,
): unknown {
  if (source === 'input') return Object.hasOwn(input, name) ? input[name] : undefined
  if (source === 'context') return principal.context.get(name)
  return name === 'id' ? principal.id : principal.claims.get(name)
}
