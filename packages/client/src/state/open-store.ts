// Connections to the store of `state.url` for what processes count together. A store that is away later is no
// reason to wait: each question fails at once, and whoever asks counts for itself.
import { DBALError } from '@proj/dbal-contract'
import type { Pool } from 'pg'
import type { RedisClientType } from 'redis'
import { importPeer } from '../config/import-peer.ts'
import { ANSWER_MS, CONNECT_MS, statePeer } from './state-store.ts'

/** Where both kinds of limits are counted: attempts in windows, and requests by the moment they are paid off. */
export const TABLE = '_dbal_rate_limits'
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS ${TABLE}
  (key varchar(255) PRIMARY KEY, points integer NOT NULL DEFAULT 0, expire bigint)`

/** Rejects with UNAVAILABLE where it cannot be reached. */
export async function openRedisStore(url: string): Promise<RedisClientType> {
  const { createClient } = await importPeer(statePeer('redis', 'rate_limit'), () => import('redis'))
  let known = false
  const client: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_MS,
      reconnectStrategy: (retries) => known && Math.min(50 * 2 ** retries, 5_000),
    },
  })
  client.on('error', () => undefined)
  await client.connect().catch(unreachable)
  known = true
  return client
}

/** With the table. Rejects with UNAVAILABLE where it cannot be reached. */
export async function openPostgresStore(url: string): Promise<Pool> {
  const { default: pg } = await importPeer(statePeer('pg', 'rate_limit'), () => import('pg'))
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
  return pool
}

/** Undefined where the store does not say in time, or cannot be reached. */
export async function answerOf<T>(asked: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ANSWER_MS)
  })
  const answer = asked.catch(() => undefined)
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer))
}

/** At the start it is a mistake to tell; later each process counts. */
function unreachable(cause: unknown): never {
  throw new DBALError('UNAVAILABLE', {
    details: { reason: 'the store of `state.url` cannot be reached' },
    cause,
  })
}
