// How often one caller may ask (`security.rate_limit`): so many at once, and so many a minute over time.
// Counted in this process, by the id of the principal; all who have none are one.
import { DBALError } from '@proj/dbal-contract'
import type { LoginAuth } from '@proj/dbal-bridge-ws/server'
import type { RateLimitConfig } from '../config/config-file.ts'

/** Callers that are remembered; when there are more, those that are not over the limit are forgotten. */
const MOST = 100_000

/** Undefined where nothing is limited. The clock is in milliseconds. */
export function createAdmission(
  config: RateLimitConfig | undefined,
  now: () => number = () => performance.now(),
): ((auth: LoginAuth) => Promise<void> | undefined) | undefined {
  if (config === undefined || config.enabled === false) return undefined
  const { requests_per_minute: perMinute = 600, burst = 50 } = config
  const interval = 60_000 / perMinute
  /** When the bucket of a caller is full again. */
  const full = new Map<string, number>()
  return ({ user }) => {
    const time = now()
    const key = user?.id === undefined ? '' : `${typeof user.id} ${String(user.id)}`
    const at = Math.max(full.get(key) ?? 0, time) + interval
    const wait = at - time - burst * interval
    if (wait > 0) return Promise.reject(tooMany(wait))
    if (full.size >= MOST) forget(full, time)
    full.set(key, at)
    return undefined
  }
}

function forget(full: Map<string, number>, time: number): void {
  for (const [key, at] of full) if (at <= time) full.delete(key)
  if (full.size >= MOST) full.clear()
}

function tooMany(waitMs: number): DBALError {
  const retryAfter = Math.max(1, Math.ceil(waitMs / 1000))
  return new DBALError('RATE_LIMIT_EXCEEDED', { details: { retryAfter } })
}
