// The counters of rate-limiter-flexible: in this process, in Redis, or in PostgreSQL.
import { DBALError } from '@proj/dbal-contract'
import type { RateLimit } from '@proj/dbal-schema'
import type { RateLimiterAbstract } from 'rate-limiter-flexible'
import { answerOf, openPostgresStore, openRedisStore, TABLE } from '../state/open-store.ts'
import { stateKind } from '../state/state-store.ts'
import type { CounterStore } from './counter-store.ts'

type Limits = ReadonlyMap<string, RateLimit>
type Library = typeof import('rate-limiter-flexible')

interface Backend {
  limiter(prefix: string, limit: RateLimit): RateLimiterAbstract
  close(): Promise<void>
}

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
  const counted = countWith(library)
  return {
    shared: backend !== undefined,
    count: async (name, key) => {
      const limiter = limiters.get(name)
      const shared = limiter?.shared && (await answerOf(counted(limiter.shared, key)))
      try {
        return (shared ?? (limiter && (await counted(limiter.own, key))))?.waitMs
      } catch (cause) {
        throw new DBALError('UNAVAILABLE', {
          details: { reason: 'attempts cannot be counted' },
          cause,
        })
      }
    },
    close: async () => backend?.close(),
  }
}

interface Counted {
  /** Where it was one too many. */
  readonly waitMs?: number
}

function countWith({ RateLimiterRes }: Library) {
  return async (limiter: RateLimiterAbstract, key: string): Promise<Counted> => {
    try {
      await limiter.consume(key)
      return {}
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return { waitMs: refused.msBeforeNext }
      throw refused
    }
  }
}

/** Whole seconds: Redis counts in these. */
function options({ maxAttempts, windowSeconds }: RateLimit): { points: number; duration: number } {
  return { points: maxAttempts, duration: Math.ceil(windowSeconds) }
}

async function openBackend(library: Library, url = 'memory:'): Promise<Backend | undefined> {
  const kind = stateKind(url)
  if (kind === undefined) return undefined
  return kind === 'redis' ? openRedis(library, url) : openPostgres(library, url)
}

async function openRedis({ RateLimiterRedis }: Library, url: string): Promise<Backend> {
  const client = await openRedisStore(url)
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
  const pool = await openPostgresStore(url)
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
