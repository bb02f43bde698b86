// DBAL in production mode: a daemon's part of the bridge on a socket, and a client with nothing but its
// endpoint. Keys are left to the app, since the peers have none.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DBALClient } from '@proj/dbal'
import { bridgeHost } from '@proj/dbal/serve'
import { BridgeServer, createUpgrade } from '@proj/dbal-bridge-ws/server'
import { executeOn, openClient, tasksOf } from './dbal.ts'
import type { Target } from './peer.ts'
import type { Session } from './session.ts'

export async function openBridge(encoding: 'json' | 'cbor', target: Target): Promise<Session> {
  const { model, adapter, client: behind } = await openClient('sqlite', target)
  const auth = { user: { id: target.owner, role: 'user' } }
  const host = await bridgeHost(behind, { model, version: '0', login: async () => ({ auth }) })
  const server = new BridgeServer(host)
  const http = createServer()
  http.on('upgrade', createUpgrade(server))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const client = new DBALClient({
    mode: 'production',
    schema: model,
    endpoint: `ws://127.0.0.1:${port}`,
    remote: { encoding, keys: 'explicit' },
  })
  return {
    ...tasksOf(client),
    execute: executeOn(adapter),
    close: async () => {
      await client.close()
      await server.drain(0)
      http.close()
      await behind.close()
    },
  }
}
