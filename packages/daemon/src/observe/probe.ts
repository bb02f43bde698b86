// Whether the store answers, asked by a read of one key, and whether the database is at the model still.
import { randomUUID } from 'node:crypto'
import { isDBALError } from '@proj/dbal-contract'
import type { ScopedClient } from '@proj/dbal'
import type { ServedStore } from '@proj/dbal/serve'
import type { Model } from '@proj/dbal-schema'

export interface Probe {
  /** Rejects with what the store answers. */
  ask(): Promise<void>
  /** Why the store is not ready, for anybody; undefined when it is. An answer holds for a second. */
  unready(): Promise<string | undefined>
  /** Whether that request is a probe's, which is nobody's operation. */
  isOwn(requestId: string): boolean
}

const HOLDS_MS = 1_000
const TIMEOUT_MS = 5_000

export function createProbe(
  system: ScopedClient,
  { checkModel }: ServedStore,
  model: Model,
): Probe {
  const own = new Set<string>()
  const all = [...model.entities.values()]
  // An entity whose every reading is audited would fill the audit log.
  const entity = all.find(({ security }) => !security.auditAllAccess) ?? all[0]
  const ask = async (): Promise<void> => {
    if (entity === undefined) return
    const requestId = randomUUID()
    own.add(requestId)
    try {
      const input = { limit: 1, select: [...entity.primaryKey] }
      const operation = { entity: entity.name, action: 'list', input }
      await system.call(operation, { requestId, timeoutMs: TIMEOUT_MS })
      await checkModel()
    } finally {
      own.delete(requestId)
    }
  }
  let last: { readonly at: number; readonly why: Promise<string | undefined> } | undefined
  return {
    ask,
    isOwn: (requestId) => own.has(requestId),
    unready: () => {
      if (last === undefined || performance.now() - last.at > HOLDS_MS)
        last = { at: performance.now(), why: ask().then(() => undefined, describe) }
      return last.why
    },
  }
}

function describe(error: unknown): string {
  const isBehind = isDBALError(error) && error.details?.reason?.includes('dbal push') === true
  return isBehind ? 'the database is not at this model: run dbal push' : 'the store does not answer'
}
