// Notices by LISTEN and NOTIFY of PostgreSQL.
import { setTimeout as pause } from 'node:timers/promises'
import { importPeer } from '../config/import-peer.ts'
import { ANSWER_MS, CONNECT_MS, statePeer } from '../state/state-store.ts'
import type { NoticeLink } from './notice-bus.ts'

const CHANNEL = 'dbal_changes'
const PAUSE_MS = 500

export async function openPostgresLink(url: string): Promise<NoticeLink> {
  const { default: pg } = await importPeer(statePeer('pg', 'changes'), () => import('pg'))
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: 2 * ANSWER_MS,
    allowExitOnIdle: true,
  })
  pool.on('error', () => undefined)
  const closing = new AbortController()
  let listening: InstanceType<typeof pg.Client> | undefined

  /** Until the connection is lost. */
  const listenOnce = async (
    message: (text: string) => void,
    connected: () => void,
  ): Promise<void> => {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
    })
    listening = client
    const lost = new Promise<void>((resolve) => {
      client.on('error', () => resolve())
      client.on('end', () => resolve())
    })
    client.on('notification', ({ payload = '' }) => message(payload))
    try {
      await client.connect()
      await client.query(`LISTEN ${CHANNEL}`)
      connected()
      await lost
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  return {
    send: async (message) => {
      await pool.query('SELECT pg_notify($1, $2)', [CHANNEL, message])
    },
    receive: (message, connected) => {
      const { signal } = closing
      const listen = async (): Promise<void> => {
        while (!signal.aborted) {
          await listenOnce(message, connected).catch(() => undefined)
          await pause(PAUSE_MS, undefined, { ref: false, signal }).catch(() => undefined)
        }
      }
      void listen()
    },
    close: async () => {
      closing.abort()
      await Promise.all([pool.end(), listening?.end().catch(() => undefined)])
    },
  }
}
