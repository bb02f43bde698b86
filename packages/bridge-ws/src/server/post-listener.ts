// Plain HTTP for an app that embeds the server: bodies are read within the bound of a message, and who goes away
// stops what runs for them. Headers are the app's to judge: the daemon does that by itself.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { CallSignal, DBALError } from '@proj/dbal-contract'
import type { BridgeServer } from './bridge-server.ts'

/** For `createServer` of node:http; what comes by another method than POST is 405. */
export function createPost(server: BridgeServer): RequestListener {
  return (request, response) => {
    void answer(server, request, response).catch(() => response.destroy())
  }
}

async function answer(
  server: BridgeServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'POST') return refuse(response, 405)
  const gone = new CallSignal()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new DBALError('CANCELLED'))
  })
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += (chunk as Buffer).length
    if (length > server.limits.messageBytes) return refuse(response, 413)
    chunks.push(chunk as Buffer)
  }
  const { status, headers, body } = await server.post(Buffer.concat(chunks), request.headers, gone)
  response.writeHead(status, headers).end(body)
}

/** What is left of a body that is not read would be taken for the next request. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { connection: 'close' }).end()
}
