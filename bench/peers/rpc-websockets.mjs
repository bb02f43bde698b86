// rpc-websockets: JSON-RPC 2.0, on better-sqlite3.
import { withoutNative } from './no-native.mjs'
import { once } from 'node:events'
import { Client, Server } from 'rpc-websockets'
import { openRows } from './blog-rows.mjs'

export async function open({ statements }) {
  withoutNative()
  const rows = openRows(statements)
  const server = new Server({ port: 0, host: '127.0.0.1' })
  server.register('noop', ({ score }) => score)
  server.register('read', ({ id }) => rows.read(id))
  await new Promise((resolve) => {
    server.on('listening', resolve)
  })
  const client = new Client(`ws://127.0.0.1:${server.wss.address().port}`, { reconnect: false })
  await once(client, 'open')
  return {
    execute: rows.execute,
    noop: (score) => client.call('noop', { score }),
    pointRead: (id) => client.call('read', { id }),
    close: async () => {
      client.close()
      await server.close()
      rows.close()
    },
  }
}
