// What the bridge stands on: messages over bare sockets, each read and sent back by itself.
import { withoutNative } from './no-native.mjs'
import { once } from 'node:events'
import { decode, encode } from 'cborg'
import { WebSocket, WebSocketServer } from 'ws'

const JSON_TEXT = {
  encode: JSON.stringify,
  decode: (data) => JSON.parse(data.toString()),
}
const CBOR = { encode, decode }

export const open = () => openEcho(JSON_TEXT)
export const openCbor = () => openEcho(CBOR)

async function openEcho({ encode, decode }) {
  withoutNative()
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  server.on('connection', (socket) => {
    socket.on('message', (data) => socket.send(encode(decode(data))))
  })
  await once(server, 'listening')
  const url = `ws://127.0.0.1:${server.address().port}`
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await once(socket, 'open')
  const waiting = new Map()
  let lastId = 0
  socket.on('message', (data) => {
    const { id, params } = decode(data)
    waiting.get(id)(params.score)
    waiting.delete(id)
  })
  return {
    execute: () => {},
    noop: (score) =>
      new Promise((resolve) => {
        lastId += 1
        waiting.set(lastId, resolve)
        socket.send(encode({ jsonrpc: '2.0', id: lastId, method: 'Post.noop', params: { score } }))
      }),
    close: () => {
      socket.terminate()
      server.close()
    },
  }
}
