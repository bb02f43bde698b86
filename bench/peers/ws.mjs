// The floor of the bridge: messages of JSON over bare sockets, which the server sends back as they are.
import { withoutNative } from './no-native.mjs'
import { once } from 'node:events'
import { WebSocket, WebSocketServer } from 'ws'

export async function open() {
  withoutNative()
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  server.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(JSON.stringify(JSON.parse(data.toString()))))
  })
  await once(server, 'listening')
  const url = `ws://127.0.0.1:${server.address().port}`
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await once(socket, 'open')
  const waiting = new Map()
  let lastId = 0
  socket.on('message', (data) => {
    const { id, params } = JSON.parse(data.toString())
    waiting.get(id)(params.score)
    waiting.delete(id)
  })
  return {
    execute: () => {},
    noop: (score) =>
      new Promise((resolve) => {
        lastId += 1
        waiting.set(lastId, resolve)
        socket.send(
          JSON.stringify({ jsonrpc: '2.0', id: lastId, method: 'Post.noop', params: { score } }),
        )
      }),
    close: () => {
      socket.terminate()
      server.close()
    },
  }
}
