// tRPC over WebSocket: procedures whose inputs are checked, on better-sqlite3.
import { withoutNative } from './no-native.mjs'
import { once } from 'node:events'
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client'
import { initTRPC } from '@trpc/server'
import { applyWSSHandler } from '@trpc/server/adapters/ws'
import { WebSocket, WebSocketServer } from 'ws'
import { openRows } from './blog-rows.mjs'

const a = (type) => (value) => {
  if (typeof value !== type) throw new TypeError(`must be a ${type}`)
  return value
}

export async function open({ statements }) {
  withoutNative()
  const rows = openRows(statements)
  const { procedure, router } = initTRPC.create()
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  applyWSSHandler({
    wss: server,
    router: router({
      noop: procedure.input(a('number')).query(({ input }) => input),
      read: procedure.input(a('string')).query(({ input }) => rows.read(input)),
    }),
  })
  await once(server, 'listening')
  const socket = createWSClient({
    url: `ws://127.0.0.1:${server.address().port}`,
    WebSocket,
  })
  const client = createTRPCClient({ links: [wsLink({ client: socket })] })
  return {
    execute: rows.execute,
    noop: (score) => client.noop.query(score),
    pointRead: (id) => client.read.query(id),
    close: async () => {
      await socket.close()
      server.close()
      rows.close()
    },
  }
}
