// Buckets of requests: each takes so many at once, and is filled again over time. What is kept of one is when it
// is full again, in this process, in Redis, or in PostgreSQL by the clock of that store.
import { answerOf, openPostgresStore, openRedisStore, TABLE } from '../state/open-store.ts'
import { stateKind } from '../state/state-store.ts'

/** Milliseconds. */
export interface BucketSize {
  /** Until one request is paid off. */
  readonly intervalMs: number
  /** Requests at once. */
  readonly burst: number
}

export interface Buckets {
  /** Whether other processes take from them too. */
  readonly shared: boolean
  /** Takes one; milliseconds until there is another where there is none. */
  take(key: string): Promise<number | undefined> | number | undefined
  close(): Promise<void>
}

/** Rejects with UNAVAILABLE for a store that cannot be reached, VALIDATION_ERROR for an url of none. */
export async function openBuckets(url: string | undefined, size: BucketSize): Promise<Buckets> {
  const own = ownBuckets(size)
  const kind = stateKind(url)
  if (kind === undefined || url === undefined) return own
  const { ask, close } = await (kind === 'redis' ? openRedis(url, size) : openPostgres(url, size))
  return {
    shared: true,
    // A store that says nothing lets nobody through beyond what this process counts.
    take: async (key) => {
      const wait = await answerOf(ask(key))
      return wait === undefined ? own.take(key) : positive(wait)
    },
    close,
  }
}

/** Keys that are remembered; when there are more, those that are full are forgotten. */
const MOST = 100_000

function ownBuckets({ intervalMs, burst }: BucketSize): Buckets {
  const full = new Map<string, number>()
  const forget = (time: number): void => {
    for (const [key, at] of full) if (at <= time) full.delete(key)
    if (full.size >= MOST) full.clear()
  }
  return {
    shared: false,
    take: (key) => {
      const time = performance.now()
      const at = Math.max(full.get(key) ?? 0, time) + intervalMs
      const wait = at - time - burst * intervalMs
      if (wait > 0) return wait
      if (full.size >= MOST) forget(time)
      full.set(key, at)
      return undefined
    },
    close: async () => {},
  }
}

interface Asked {
  /** Milliseconds to wait; 0 where one was taken. */
  ask(key: string): Promise<number>
  close(): Promise<void>
}

const TAKE_SCRIPT = `
local clock = redis.call('TIME')
local time = clock[1] * 1000 + clock[2] / 1000
local at = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), time) + ARGV[1]
local wait = at - time - ARGV[1] * ARGV[2]
if wait > 0 then return tostring(wait) end
redis.call('SET', KEYS[1], string.format('%.3f', at), 'PX', math.ceil(at - time))
return '0'`

async function openRedis(url: string, { intervalMs, burst }: BucketSize): Promise<Asked> {
  const client = await openRedisStore(url)
  const sizes = [String(intervalMs), String(burst)]
  return {
    ask: async (key) =>
      Number(await client.eval(TAKE_SCRIPT, { keys: [`dbal:requests:${key}`], arguments: sizes })),
    close: async () => client.destroy(),
  }
}

const CLOCK = '(extract(epoch from clock_timestamp()) * 1000)::bigint'
/** A row that there is no room in is not changed, and not returned. Milliseconds are whole there. */
const TAKE = `INSERT INTO ${TABLE} AS bucket (key, points, expire)
  VALUES ($1, 1, ${CLOCK} + $2::bigint)
  ON CONFLICT (key) DO UPDATE SET expire = greatest(bucket.expire, ${CLOCK}) + $2::bigint
  WHERE greatest(bucket.expire, ${CLOCK}) + $2::bigint - ${CLOCK} <= $3::bigint
  RETURNING 0 AS wait`
const WAIT = `SELECT greatest(1, expire + $2::bigint - ${CLOCK} - $3::bigint)::float8 AS wait
  FROM ${TABLE} WHERE key = $1`
const CLEAR = `DELETE FROM ${TABLE} WHERE key LIKE 'dbal:requests:%' AND expire < ${CLOCK}`
const CLEAR_MS = 600_000

async function openPostgres(url: string, { intervalMs, burst }: BucketSize): Promise<Asked> {
  const pool = await openPostgresStore(url)
  const clearing = setInterval(() => void pool.query(CLEAR).catch(() => undefined), CLEAR_MS)
  clearing.unref()
  const interval = Math.max(1, Math.round(intervalMs))
  return {
    ask: async (name) => {
      const values = [`dbal:requests:${name}`, interval, interval * burst]
      const taken = await pool.query<{ readonly wait: number }>(TAKE, values)
      if (taken.rows.length > 0) return 0
      const { rows } = await pool.query<{ readonly wait: number }>(WAIT, values)
      // Cleared meanwhile: there is room by then.
      return rows[0]?.wait ?? 1
    },
    close: async () => {
      clearInterval(clearing)
      await pool.end()
    },
  }
}

function positive(wait: number): number | undefined {
  return wait > 0 ? wait : undefined
}
