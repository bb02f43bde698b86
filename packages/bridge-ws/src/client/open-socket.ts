// A socket to an endpoint: the platform's WebSocket where there is one in a browser, ws in Node.
import { DBALError } from '@proj/dbal-contract'
import type { Writable } from 'node:stream'
import { corking } from '../corked.ts'
import { loadEncoding, type Encoding, type Payload } from '../protocol/encoding.ts'
import type { Wire, WireEvents } from '../wire.ts'

export interface SocketOptions {
  readonly encoding: Encoding['name']
  readonly timeoutMs: number
}

/** The part of the platform's WebSocket that is used. */
interface PlatformSocket {
  binaryType: string
  readonly bufferedAmount: number
  send(payload: Payload): void
  close(code?: number, reason?: string): void
  terminate?(): void
  pause?(): void
  resume?(): void
  addEventListener(type: string, listener: (event: never) => void): void
  /** Of ws: what it writes to. */
  stream?: Writable
}

type SocketClass = new (url: string, protocols: string) => PlatformSocket

/** Rejects with UNAVAILABLE when nobody answers there, without the url. */
export async function openSocket(url: string, options: SocketOptions): Promise<Wire> {
  const encoding = await loadEncoding(options.encoding)
  const Socket = await findSocketClass()
  const socket = new Socket(url, encoding.subprotocol)
  socket.binaryType = 'arraybuffer'
  await opened(socket, options.timeoutMs)
  return wireOf(socket, encoding)
}

async function findSocketClass(): Promise<SocketClass> {
  // Node's own cannot be paused, and the one of a browser is all there is.
  const isNode = typeof process !== 'undefined' && process.versions?.node !== undefined
  if (!isNode && typeof globalThis.WebSocket === 'function')
    return globalThis.WebSocket as unknown as SocketClass
  const { WebSocket } = await import('ws')
  return class extends WebSocket {
    stream: Writable | undefined

    constructor(url: string, protocols: string) {
      super(url, protocols, { perMessageDeflate: false })
      this.on('upgrade', (response) => {
        this.stream = response.socket
      })
    }
  } as unknown as SocketClass
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
