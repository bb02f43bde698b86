// How often one caller may ask a daemon, whatever for (`security.rate_limit`): so many requests at once, and so
// many a minute over time. All who have no id are one.
import { DBALError } from '@proj/dbal-contract'
import type { LoginAuth } from '@proj/dbal-bridge-ws/server'
import { openBuckets } from './buckets.ts'
import { sharedHash } from './hash-key.ts'

export interface RequestLimit {
  /** Rejects with RATE_LIMIT_EXCEEDED, with `details.retryAfter` in seconds. */
  admit(auth: LoginAuth): Promise<void> | undefined
  close(): Promise<void>
}

const MINUTE_MS = 60_000

/**
 * Shared by all processes with that `state.url`, else of this one. Rejects with UNAVAILABLE where it cannot be
 * reached.
 */
export async function openRequestLimit(
  { perMinute, burst }: { readonly perMinute: number; readonly burst: number },
  stateUrl?: string,
): Promise<RequestLimit> {
  const buckets = await openBuckets(stateUrl, { intervalMs: MINUTE_MS / perMinute, burst })
  const nameOf = buckets.shared ? sharedHash : (key: string) => key
  return {
    admit: ({ user }) => {
      const key = user?.id === undefined ? '' : `${typeof user.id} ${String(user.id)}`
      const wait = buckets.take(nameOf(key))
      if (wait instanceof Promise) return wait.then(refuseToWait)
      return wait === undefined ? undefined : Promise.reject(tooMany(wait))
    },
    close: () => buckets.close(),
  }
}

function refuseToWait(waitMs: number | undefined): void {
  if (waitMs !== undefined) throw tooMany(waitMs)
}

function tooMany(waitMs: number): DBALError {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000))
  return new DBALError('RATE_LIMIT_EXCEEDED', { details: { retryAfter } })
}
