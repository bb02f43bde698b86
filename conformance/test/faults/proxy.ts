// A way to a server that can be cut, blocked and stopped at will, so that a server which others use need not be.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Proxy {
  /** The same url by way of the proxy. */
  readonly way: (straight: URL) => URL
  /** As a server that is stopped: every connection ends and none is accepted. */
  stop(): Promise<void>
  start(): Promise<void>
  /** As a network that loses all: connections stay open, and nothing passes. */
  block(): void
  unblock(): void
  /** The connection on which something is sent next ends before it passes, or before its answer does. */
  cutNext(what: 'request' | 'answer'): void
  close(): Promise<void>
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'postgresql:': 5432, 'mysql:': 3306 }

/** `server` is a url; the proxy listens on a port of its own. */
export async function openProxy(server: string): Promise<Proxy> {
  const { hostname: host, port: written, protocol } = new URL(server)
  const port = written === '' ? DEFAULT_PORTS[protocol] : Number(written)
  if (port === undefined) throw new TypeError(`a proxy needs the port of ${protocol}`)
  const pairs = new Set<readonly [Socket, Socket]>()
  let blocked = false
  let cut: 'request' | 'answer' | undefined

  const listener = createServer((client) => {
    const upstream = connect({ host, port, noDelay: true })
    const pair = [client.setNoDelay(true), upstream] as const
    const end = (): void => {
      pairs.delete(pair)
      for (const socket of pair) socket.destroy()
    }
    const pass = (from: Socket, to: Socket, what: 'request' | 'answer'): void => {
      from.on('data', (bytes) => {
        if (cut !== what) return void to.write(bytes)
        cut = undefined
        end()
      })
      from.on('error', end).on('close', end)
    }
    pairs.add(pair)
    pass(client, upstream, 'request')
    pass(upstream, client, 'answer')
    if (blocked) for (const socket of pair) socket.pause()
  })
  const listen = async (at: number): Promise<void> => {
    listener.listen(at, '127.0.0.1')
    await once(listener, 'listening')
  }
  await listen(0)
  const own = (listener.address() as AddressInfo).port
  const stop = async (): Promise<void> => {
    if (!listener.listening) return
    const closed = once(listener, 'close')
    listener.close()
    for (const pair of pairs) for (const socket of pair) socket.destroy()
    await closed
  }
  return {
    way: (straight) => {
      const url = new URL(straight)
      url.hostname = '127.0.0.1'
      url.port = String(own)
      return url
    },
    stop,
    start: async () => {
      if (!listener.listening) await listen(own)
    },
    block: () => {
      blocked = true
      for (const pair of pairs) for (const socket of pair) socket.pause()
    },
    unblock: () => {
      blocked = false
      for (const pair of pairs) for (const socket of pair) socket.resume()
    },
    cutNext: (what) => {
      cut = what
    },
    close: stop,
  }
}
