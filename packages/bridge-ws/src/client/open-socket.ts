// A socket of the platform as a wire.
import { createSocket } from '#platform/socket'
import { DBALError } from '@proj/dbal-contract'
import { corking } from '../corked.ts'
import { loadEncoding, type Encoding } from '../protocol/encoding.ts'
import type { Wire, WireEvents } from '../wire.ts'
import type { PlatformSocket } from './platform-socket.ts'

export interface SocketOptions {
  readonly encoding: Encoding['name']
  readonly timeoutMs: number
}

/** Rejects with UNAVAILABLE when nobody answers there, without the url. */
export async function openSocket(url: string, options: SocketOptions): Promise<Wire> {
  const encoding = await loadEncoding(options.encoding)
  const socket = await createSocket(url, encoding.subprotocol)
  socket.binaryType = 'arraybuffer'
  await opened(socket, options.timeoutMs)
  return wireOf(socket, encoding)
}

function opened(socket: PlatformSocket, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      clearTimeout(timer)
      reject(new DBALError('UNAVAILABLE', { details: { reason: 'the daemon cannot be reached' } }))
    }
    const timer = setTimeout(() => {
      fail()
      if (socket.terminate === undefined) socket.close()
      else socket.terminate()
    }, timeoutMs)
    socket.addEventListener('open', () => {
      clearTimeout(timer)
      resolve()
    })
    socket.addEventListener('error', fail)
    socket.addEventListener('close', fail)
  })
}

function wireOf(socket: PlatformSocket, encoding: Encoding): Wire {
  const cork = socket.stream === undefined ? undefined : corking(socket.stream)
  return {
    encoding,
    listen(events: WireEvents) {
      socket.addEventListener('message', ({ data }: { readonly data: unknown }) =>
        events.message(data instanceof ArrayBuffer ? new Uint8Array(data) : String(data)),
      )
      socket.addEventListener(
        'close',
        ({ code, reason }: { readonly code: number; readonly reason: string }) =>
          events.close(code, reason),
      )
    },
    send(payload) {
      cork?.()
      socket.send(payload)
    },
    get buffered() {
      return socket.bufferedAmount
    },
    pause: () => socket.pause?.(),
    resume: () => socket.resume?.(),
    close: (code, reason) => socket.close(code, reason),
    terminate() {
      if (socket.terminate === undefined) socket.close()
      else socket.terminate()
    },
  }
}
