// From an HTTP upgrade to a connection of the bridge: which subprotocol, and nothing compressed, so that no
// small message can become a large one.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { loadEncoding, SUBPROTOCOLS, type Encoding } from '../protocol/encoding.ts'
import type { BridgeServer } from './bridge-server.ts'
import { wireOf } from './ws-wire.ts'

/** A message may be so much longer than is allowed and still be told so by its id. */
const SLACK = 2

const BY_SUBPROTOCOL: ReadonlyMap<string, Encoding['name']> = new Map([
  [SUBPROTOCOLS.json, 'json'],
  [SUBPROTOCOLS.cbor, 'cbor'],
])

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Origin, path and TLS are the HTTP server's to judge, before this. */
export function createUpgrade(server: BridgeServer): Upgrade {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: server.limits.messageBytes * SLACK,
    handleProtocols: (offered) => [...offered].find((name) => BY_SUBPROTOCOL.has(name)) ?? false,
  })
  return (request, socket, head) => {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/\s*,\s*/)
    const name = offered.map((each) => BY_SUBPROTOCOL.get(each)).find((each) => each !== undefined)
    if (name === undefined) return refuse(socket)
    const accept = async (): Promise<void> => {
      const encoding = await loadEncoding(name)
      sockets.handleUpgrade(request, socket, head, (opened) =>
        server.accept(wireOf(opened, socket, encoding)),
      )
    }
    void accept()
  }
}

function refuse(socket: Duplex): void {
  const known = [...BY_SUBPROTOCOL.keys()].join(' or ')
  const body = `ask for the subprotocol ${known}\n`
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  )
}
