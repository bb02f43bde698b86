// The counters of rate-limiter-flexible: in this process, in Redis, or in PostgreSQL.
import { DBALError } from '@proj/dbal-contract'
import type { RateLimit } from '@proj/dbal-schema'
import type { RateLimiterAbstract } from 'rate-limiter-flexible'
import { ANSWER_MS, CONNECT_MS, loadDriver, stateKind } from '../state/state-store.ts'
import type { CounterStore } from './counter-store.ts'

type Limits = ReadonlyMap<string, RateLimit>
type Library = typeof import('rate-limiter-flexible')

interface Backend {
  limiter(prefix: string, limit: RateLimit): RateLimiterAbstract
  close(): Promise<void>
}

const TABLE = '_dbal_rate_limits'
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS ${TABLE}
  (key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)`

export async function openCounterStore(
  url: string | undefined,
  limits: Limits,
): Promise<CounterStore> {
  const library = await import('rate-limiter-flexible')
  const backend = await openBackend(library, url)
  const limiters = new Map<string, { own: RateLimiterAbstract; shared?: RateLimiterAbstract }>()
  for (const [name, limit] of limits) {
    // Counts on in this process where the store does not: a limit never falls away.
    const own = new library.RateLimiterMemory({ ...options(limit), keyPrefix: name })
    const shared = backend?.limiter(`dbal:${name}`, limit)
    limiters.set(name, shared === undefined ? { own } : { own, shared })
  }
  return {
    shared: backend !== undefined,
    count: async (name, key) => {
      try {
        await consume(library, limiters.get(name), key)
        return undefined
      } catch (refused) {
        if (refused instanceof library.RateLimiterRes) return refused.msBeforeNext
        throw new DBALError('UNAVAILABLE', {
          details: { reason: 'attempts cannot be counted' },
          cause: refused,
        })
      }
    },
    close: async () => backend?.close(),
  }
}

/**
 * Throws RateLimiterRes for an attempt too many. A store that takes a question and does not answer is one that
 * cannot be reached.
 */
async function consume(
  library: Library,
  limiter: { own: RateLimiterAbstract; shared?: RateLimiterAbstract } | undefined,
  key: string,
): Promise<void> {
  const asked = limiter?.shared?.consume(key)
  if (asked !== undefined) {
    let timer: NodeJS.Timeout | undefined
    const silence = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ANSWER_MS)
    })
    const counted = asked.then(
      () => true,
      (failure: unknown) => {
        if (failure instanceof library.RateLimiterRes) throw failure
        return false
      },
    )
    const isCounted = await Promise.race([counted, silence]).finally(() => clearTimeout(timer))
    counted.catch(() => undefined)
    if (isCounted) return
  }
  await limiter?.own.consume(key)
}

/** Whole seconds: Redis counts in these. */
function options({ maxAttempts, windowSeconds }: RateLimit): { points: number; duration: number } {
  return { points: maxAttempts, duration: Math.ceil(windowSeconds) }
}

function openBackend(library: Library, url = 'memory:'): Promise<Backend | undefined> {
  switch (stateKind(url)) {
    case 'redis':
      return openRedis(library, url)
    case 'postgres':
      return openPostgres(library, url)
    default:
      return Promise.resolve(undefined)
  }
}

async function openRedis({ RateLimiterRedis }: Library, url: string): Promise<Backend> {
  const { createClient } = await loadDriver(() => import('redis'), 'redis', 'rate_limit')
  let known = false
  const client = createClient({
    url,
    // A command that cannot be sent fails at once; this process counts until it can.
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_MS,
      reconnectStrategy: (retries) => known && Math.min(50 * 2 ** retries, 5_000),
    },
  })
  client.on('error', () => undefined)
  await client.connect().catch(unreachable)
  known = true
  return {
    limiter: (keyPrefix, limit) =>
      new RateLimiterRedis({
        ...options(limit),
        keyPrefix,
        storeClient: client,
        useRedisPackage: true,
        rejectIfRedisNotReady: true,
        // Who is over the limit is told so without another question.
        inMemoryBlockOnConsumed: limit.maxAttempts + 1,
      }),
    close: async () => client.destroy(),
  }
}

async function openPostgres({ RateLimiterPostgres }: Library, url: string): Promise<Backend> {
  const { default: pg } = await loadDriver(() => import('pg'), 'pg', 'rate_limit')
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: 2 * ANSWER_MS,
    allowExitOnIdle: true,
  })
  pool.on('error', () => undefined)
  // Processes that start together may both make it; the second find it made.
  await pool
    .query(CREATE_TABLE)
    .catch(() => pool.query(CREATE_TABLE))
    .catch(async (cause: unknown) => {
      await pool.end()
      return unreachable(cause)
    })
  return {
    limiter: (keyPrefix, limit) =>
      new RateLimiterPostgres({
        ...options(limit),
        keyPrefix,
        storeClient: pool,
        storeType: 'pool',
        tableName: TABLE,
        tableCreated: true,
        clearExpiredByTimeout: true,
        inMemoryBlockOnConsumed: limit.maxAttempts + 1,
      }),
    close: () => pool.end(),
  }
}

/** At the start it is a mistake to tell; later this process counts. */
function unreachable(cause: unknown): never {
  throw new DBALError('UNAVAILABLE', {
    details: { reason: 'the store of `state.url` cannot be reached' },
    cause,
  })
}
