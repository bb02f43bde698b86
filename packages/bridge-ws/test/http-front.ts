// What stands between clients and a daemon: it hands on, or does what a bad network and a proxy do.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { CallSignal, DBALError } from '@proj/dbal-contract'
import { createUpgrade, type BridgeServer } from '../src/server.ts'

export interface Seen {
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
  readonly method: string
}

/**
 * `answer-lost`: done, and the answer does not arrive. `request-lost`: the connection ends before. A number is the
 * status of a proxy that says it in words of its own, before the daemon hears of it.
 */
export type Fate = 'passed' | 'answer-lost' | 'request-lost' | number

export interface Front {
  readonly endpoint: string
  readonly seen: readonly Seen[]
  /** The methods of the messages, in the order of their arrival. */
  methods(): readonly string[]
  server: BridgeServer
  fate: (seen: Seen) => Fate | Promise<Fate>
  upgrades: boolean
  headers: Readonly<Record<string, string>>
  close(): Promise<void>
}

export async function openFront(server: BridgeServer): Promise<Front> {
  const seen: Seen[] = []
  const http = createServer((request, response) => void answer(front, seen, request, response))
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (front.upgrades) createUpgrade(front.server)(request, socket, head)
    else socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
  })
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve)
  })
  const front: Front = {
    endpoint: `127.0.0.1:${(http.address() as AddressInfo).port}`,
    seen,
    methods: () => seen.map(({ method }) => method),
    server,
    fate: () => 'passed',
    upgrades: true,
    headers: {},
    close: () => shut(http),
  }
  return front
}

async function answer(
  front: Front,
  seen: Seen[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new CallSignal()
  response.once('close', () => gone.abort(new DBALError('CANCELLED')))
  const bytes = await buffer(request)
  const body = bytes.toString()
  const { url = '', headers } = request
  const [, method = ''] = /"method":"([^"]*)"/.exec(body) ?? []
  const message = { url, headers, body, method }
  seen.push(message)
  const fate = await front.fate(message)
  if (fate === 'request-lost') return void request.socket.destroy()
  if (typeof fate === 'number') return void response.writeHead(fate, front.headers).end('a proxy')
  const answered = await front.server.post(bytes, headers, gone)
  if (fate === 'answer-lost') return void request.socket.destroy()
  response.writeHead(answered.status, answered.headers).end(answered.body)
}

function shut(http: Server): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve())
    http.closeAllConnections()
  })
}
