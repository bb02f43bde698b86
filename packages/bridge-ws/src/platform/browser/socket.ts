import { unsupported } from '@proj/dbal-contract'
import type { PlatformSocket } from '../../client/platform-socket.ts'

type SocketClass = new (url: string, subprotocol: string) => PlatformSocket

/** Rejects with CAPABILITY_NOT_SUPPORTED where the runtime has no WebSocket. */
export async function createSocket(url: string, subprotocol: string): Promise<PlatformSocket> {
  const { WebSocket: Socket } = globalThis as { readonly WebSocket?: SocketClass }
  if (Socket === undefined) throw unsupported('websocket', 'this runtime has no WebSocket')
  return new Socket(url, subprotocol)
}
