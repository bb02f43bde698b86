// ws, and not Node's own: that one cannot be paused.
import type { Writable } from 'node:stream'
import type { PlatformSocket } from '../../client/platform-socket.ts'

export async function createSocket(url: string, subprotocol: string): Promise<PlatformSocket> {
  const { WebSocket } = await import('ws')
  const socket = new WebSocket(url, subprotocol, { perMessageDeflate: false })
  const known: typeof socket & { stream?: Writable } = socket
  socket.on('upgrade', (response) => {
    // Bun has its own ws, which tells no socket.
    const { socket: stream } = response as { readonly socket: Writable | null }
    if (stream !== null) known.stream = stream
  })
  return known as unknown as PlatformSocket
}
