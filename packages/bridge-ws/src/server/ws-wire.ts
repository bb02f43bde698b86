// A socket of the ws package as a wire.
import type { Writable } from 'node:stream'
import { WebSocket } from 'ws'
import { corking } from '../corked.ts'
import { CLOSE } from '../protocol/close-codes.ts'
import type { Encoding, Payload } from '../protocol/encoding.ts'
import type { Wire, WireEvents } from '../wire.ts'

/** Milliseconds that the other side may take to answer a closing frame. */
const CLOSING_MS = 2_000

/** `stream` is what the socket writes to. */
export function wireOf(socket: WebSocket, stream: Writable, encoding: Encoding): Wire {
  const isBinary = encoding.name === 'cbor'
  const cork = corking(stream)
  let drain = (): void => {}
  const sent = (): void => drain()
  return {
    encoding,
    listen(events: WireEvents) {
      drain = events.drain
      socket.on('message', (data: Buffer, binary: boolean) => {
        if (binary === isBinary) events.message(binary ? bytesOf(data) : data.toString())
        else
          socket.close(CLOSE.UNSUPPORTED_DATA, `messages of ${encoding.subprotocol} are otherwise`)
      })
      socket.on('close', (code: number, reason: Buffer) => events.close(code, reason.toString()))
      // What the protocol breaks is told by the close that follows.
      socket.on('error', () => {})
    },
    send(payload: Payload) {
      if (socket.readyState !== WebSocket.OPEN) return
      cork()
      socket.send(payload, { binary: isBinary }, sent)
    },
    get buffered() {
      return socket.bufferedAmount
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    probe(answered) {
      socket.once('pong', answered).ping()
    },
    close(code: number, reason: string) {
      // A paused socket would not read the answer to its closing frame.
      socket.resume()
      socket.close(code, reason)
      setTimeout(() => socket.terminate(), CLOSING_MS).unref()
    },
    terminate: () => socket.terminate(),
  }
}

/** The bytes alone, not the pool that they were read into. */
function bytesOf(data: Buffer): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
