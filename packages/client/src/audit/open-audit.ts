// The audit log of an open client: its sink, its queue, and the timer that seals and tries again.
import { DBALError, isDBALError, type Adapter } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import type { ClientConfig } from '../config/client-config.ts'
import type { EventHub } from '../events.ts'
import { AuditLog } from './audit-log.ts'
import { AuditQueue } from './audit-queue.ts'
import { SELECT_HEAD } from './audit-queries.ts'
import { openSink } from './audit-sink.ts'
import { ownIsolation, sealAudit } from './seal-audit.ts'

const INTERVAL_MS = 1000
const SEAL_TIMEOUT_MS = 10_000

export interface OpenAudit {
  readonly log: AuditLog
  /** Seals and hands over what is left. Rejects with UNAVAILABLE where entries could not be kept. */
  close(): Promise<void>
}

interface Surroundings {
  readonly model: Model
  readonly adapter: Adapter
  readonly events: EventHub
  readonly now: () => Date
}

/** Whether the adapter has to know the table of the log. */
export function keepsAuditTable({ security }: ClientConfig): boolean {
  return security?.enableAuditLog === true && (security.auditSink ?? 'database') === 'database'
}

/** Undefined where nothing is audited. Throws DATABASE_ERROR for a database without the log's table. */
export async function openAudit(
  config: ClientConfig,
  { model, adapter, events, now }: Surroundings,
): Promise<OpenAudit | undefined> {
  const { security } = config
  if (security?.enableAuditLog !== true) return undefined
  const seals = keepsAuditTable(config)
  if (seals) await demandTable(adapter)
  const sink = await openSink(security.auditSink ?? 'database', adapter)
  const queue = new AuditQueue(sink, events)
  // What an earlier process left is sealed as well.
  let pending = seals
  let working: Promise<void> | undefined

  const work = async (): Promise<void> => {
    await queue.flush()
    if (!seals || !pending) return
    pending = false
    try {
      const signal = AbortSignal.timeout(SEAL_TIMEOUT_MS)
      await sealAudit(adapter, { key: security.auditKey, signal })
    } catch {
      // They stay unsealed, which `dbal audit verify` counts, until the next time.
      pending = true
    }
  }
  const tick = (): Promise<void> => {
    working ??= work().finally(() => {
      working = undefined
    })
    return working
  }
  const timer = setInterval(() => void tick(), INTERVAL_MS)
  timer.unref()

  const { capabilities } = adapter
  const log = new AuditLog({
    model,
    sink,
    queue,
    now,
    isolation: ownIsolation(adapter),
    nests: capabilities.features.has('nested_transactions'),
    entered: () => {
      pending = seals
    },
  })
  return {
    log,
    close: async () => {
      clearInterval(timer)
      await working
      await tick()
      await sink.close()
      if (queue.waiting === 0) return
      const reason = `the audit log is not complete: entries that could not be written: ${queue.waiting}`
      throw new DBALError('UNAVAILABLE', { details: { reason }, retryable: false })
    },
  }
}

async function demandTable(adapter: Adapter): Promise<void> {
  try {
    await adapter.run(SELECT_HEAD, [1])
  } catch (error) {
    if (isDBALError(error) && error.code !== 'INTERNAL_ERROR') throw error
    const reason = 'the adapter does not know the audit log: open it with withAudit(model)'
    throw new DBALError('VALIDATION_ERROR', { details: { reason }, cause: error })
  }
}
