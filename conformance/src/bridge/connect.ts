// How clients reach a server: through memory, or a socket of this machine.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ClientConfig } from '@proj/dbal'
import { loadEncoding, openLoopback } from '@proj/dbal-bridge-ws'
import { createPost, createUpgrade, type BridgeServer } from '@proj/dbal-bridge-ws/server'

export interface BridgeForm {
  readonly encoding: 'json' | 'cbor'
  readonly medium: 'loopback' | 'socket' | 'http'
}

export interface Connector {
  readonly config: Pick<ClientConfig, 'endpoint' | 'remote'>
  close(): Promise<void>
}

export async function connectorOf(server: BridgeServer, form: BridgeForm): Promise<Connector> {
  const { encoding, medium } = form
  if (medium !== 'loopback') return listen(server, form)
  const opened = await loadEncoding(encoding)
  const open = async (): ReturnType<NonNullable<NonNullable<ClientConfig['remote']>['open']>> => {
    const [near, far] = openLoopback(opened)
    server.accept(far)
    return near
  }
  return { config: { remote: { open } }, close: async () => {} }
}

async function listen(server: BridgeServer, form: BridgeForm): Promise<Connector> {
  const { encoding, medium } = form
  const http = createServer(createPost(server))
  http.on('upgrade', createUpgrade(server))
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve)
  })
  const { port } = http.address() as AddressInfo
  return {
    config: {
      endpoint: `127.0.0.1:${port}`,
      remote: { encoding, transport: medium === 'http' ? 'http' : 'websocket' },
    },
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}
