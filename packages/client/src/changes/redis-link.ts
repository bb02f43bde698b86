// Notices over a channel of Redis. A connection that listens can do nothing else there, so there are two.
import { importPeer } from '../config/import-peer.ts'
import { CONNECT_MS, statePeer } from '../state/state-store.ts'
import type { NoticeLink } from './notice-bus.ts'

const CHANNEL = 'dbal:changes'
/** A connection that is dead without having said so is found out. */
const PING_MS = 10_000

export async function openRedisLink(url: string): Promise<NoticeLink> {
  const { createClient } = await importPeer(statePeer('redis', 'changes'), () => import('redis'))
  const open = () => {
    const client = createClient({
      url,
      disableOfflineQueue: true,
      pingInterval: PING_MS,
      socket: {
        connectTimeout: CONNECT_MS,
        reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 5_000),
      },
    })
    client.on('error', () => undefined)
    return client
  }
  const talking = open()
  const listening = open()
  let connecting: Promise<unknown> | undefined
  return {
    send: async (message) => {
      connecting ??= talking.connect()
      await connecting
      await talking.publish(CHANNEL, message)
    },
    receive: (message, connected) => {
      let subscribed = false
      // It subscribes again by itself before it is ready again.
      listening.on('ready', () => subscribed && connected())
      const listen = async (): Promise<void> => {
        await listening.connect()
        await listening.subscribe(CHANNEL, message)
        subscribed = true
        connected()
      }
      // It goes on trying until it is closed.
      listen().catch(() => undefined)
    },
    close: async () => {
      talking.destroy()
      listening.destroy()
    },
  }
}
