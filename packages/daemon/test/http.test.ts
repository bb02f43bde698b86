// The HTTP side on a real socket: what it serves, and what it refuses before anything is done.
import { createConnection, type Socket } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { DBALClient } from '@proj/dbal'
import { WebSocket } from 'ws'
import { ask, call, projectFolder, serve, serveFolder, whoIs } from './serve.ts'

test('alive, ready, and nothing where nothing is', async () => {
  const daemon = await serve()
  expect(await ask(daemon, '/healthz')).toMatchObject({ status: 200, text: 'ok\n' })
  expect(await ask(daemon, '/readyz')).toMatchObject({ status: 200, text: 'ready\n' })
  expect(await ask(daemon, '/healthz', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
  expect((await ask(daemon, '/healthz', { method: 'POST' })).status).toBe(405)
  expect((await ask(daemon, '/rpc')).status).toBe(405)
  for (const path of ['/', '/admin', '/healthz/x', '//rpc', '/rpc/../metrics2'])
    expect([400, 404]).toContain((await ask(daemon, path)).status)
  const { headers } = await ask(daemon, '/')
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
})

test('not ready when the store does not answer', async () => {
  const daemon = await serve()
  await daemon.client.close()
  const { status, text } = await ask(daemon, '/readyz')
  expect({ status, text }).toEqual({ status: 503, text: 'the store does not answer\n' })
  expect((await ask(daemon, '/healthz')).status).toBe(200)
})

test('calls over POST and over a WebSocket, on one port, at the path of the config', async () => {
  const daemon = await serve({ config: 'server: { path: /api }' })
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'Note.list', params: {} })
  const headers = { 'content-type': 'application/json' }
  const posted = await ask(daemon, '/api', { method: 'POST', headers, body })
  expect(JSON.parse(posted.text)).toMatchObject({ id: 1, result: { data: [], hasMore: false } })
  expect((await ask(daemon, '/rpc', { method: 'POST', headers, body })).status).toBe(404)
  const client = new DBALClient({ mode: 'production', endpoint: daemon.endpoint })
  expect(await client.call({ entity: 'Note', action: 'count', input: {} })).toBe(0)
  await client.close()
})

/** The status of an upgrade, 101 where it is taken. */
async function upgrade(url: string, headers: Record<string, string> = {}): Promise<number> {
  const socket = new WebSocket(url, 'dbal.v1+json', { headers })
  const status = await new Promise<number>((resolve) => {
    socket
      .on('open', () => resolve(101))
      .on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
      .on('error', () => undefined)
  })
  socket.terminate()
  return status
}

test('pages of other origins, other names for this machine, and tokens in urls are refused (R9)', async () => {
  const daemon = await serve({ config: 'server: { origins: ["https://app.example"] }' })
  const cases = [
    ['', {}, 200, 101],
    ['', { origin: 'https://app.example' }, 200, 101],
    ['', { origin: 'https://evil.example' }, 403, 403],
    ['', { origin: 'null' }, 403, 403],
    ['', { host: 'evil.example' }, 421, 421],
    ['', { host: 'localhost.evil.example:80' }, 421, 421],
    ['', { host: 'localhost:1' }, 200, 101],
    ['', { host: '[::1]' }, 200, 101],
    ['?token=abc', {}, 400, 400],
    ['?a=1&ACCESS_TOKEN=abc', {}, 400, 400],
  ] as const
  const seen = []
  for (const [query, headers] of cases) {
    const options = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }
    const body = '{"jsonrpc":"2.0","id":1,"method":"Note.count","params":{}}'
    const posted = await ask(daemon, `/rpc${query}`, { ...options, body })
    seen.push([query, headers, posted.status, await upgrade(`${daemon.endpoint}${query}`, headers)])
  }
  expect(seen).toEqual(cases)
  expect(await upgrade(`ws://${daemon.address}/other`)).toBe(404)
})

test('a browser of an origin that may call is told so', async () => {
  const daemon = await serve({ config: 'server: { origins: ["https://app.example"] }' })
  const headers = { origin: 'https://app.example' }
  const asked = await ask(daemon, '/rpc', { method: 'OPTIONS', headers })
  expect(asked.status).toBe(204)
  expect(asked.headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
    'access-control-allow-headers': 'authorization, content-type',
  })
  const body = '{"jsonrpc":"2.0","id":1,"method":"Note.count","params":{}}'
  const typed = { ...headers, 'content-type': 'application/json' }
  const answered = await ask(daemon, '/rpc', { method: 'POST', headers: typed, body })
  expect(answered.headers).toMatchObject({
    'access-control-allow-origin': 'https://app.example',
    vary: 'origin',
  })
  expect(answered.headers).not.toHaveProperty('access-control-allow-credentials')
  const elsewhere = { ...headers, origin: 'https://evil.example' }
  const refused = await ask(daemon, '/rpc', { method: 'OPTIONS', headers: elsewhere })
  expect(refused.status).toBe(403)
  expect(refused.headers).not.toHaveProperty('access-control-allow-origin')
})

test('a body has a bound, whether or not it says how long it is', async () => {
  const daemon = await serve({ config: 'server: { limits: { body_bytes: 1000 } }' })
  const body = JSON.stringify({ pad: 'x'.repeat(2000) })
  const headers = { 'content-type': 'application/json' }
  const chunked = { ...headers, 'transfer-encoding': 'chunked' }
  expect((await ask(daemon, '/rpc', { method: 'POST', headers, body })).status).toBe(413)
  expect((await ask(daemon, '/rpc', { method: 'POST', headers: chunked, body })).status).toBe(413)
  expect(await whoIs(daemon)).toEqual([null])
})

/** What the server writes until it closes. */
async function talk(address: string, text: string): Promise<string> {
  const [host = '', port = ''] = address.split(':')
  const socket: Socket = createConnection(Number(port), host)
  let answer = ''
  socket.setEncoding('utf8').on('data', (more: string) => (answer += more))
  socket.write(text)
  await once(socket, 'close')
  return answer
}

test('a head or a body that does not come is not waited for', async () => {
  const limits = '{ header_timeout: 200, request_timeout: 400 }'
  const daemon = await serve({ config: `server: { limits: ${limits} }` })
  const [head, body] = await Promise.all([
    talk(daemon.address, 'POST /rpc HTTP/1.1\r\nhost: localhost\r\nx-slow: '),
    talk(
      daemon.address,
      'POST /rpc HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{',
    ),
  ])
  expect([head, body].map((text) => text.slice(0, 12))).toEqual(['HTTP/1.1 408', 'HTTP/1.1 408'])
  expect(
    await talk(
      daemon.address,
      `GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
    ),
  ).toContain('431')
})

test('metrics name every operation from the start, and nothing that callers make up', async () => {
  const daemon = await serve({ config: 'auth: { anonymous: true, session: true }' })
  const before = await ask(daemon, '/metrics')
  expect(before.headers['content-type']).toContain('text/plain')
  expect(before.text).toContain('dbal_operation_duration_seconds_count{operation="Note.wait"} 0')
  expect(before.text).toContain('dbal_operations_total{operation="User.update",code="OK"} 0')
  await call(daemon, 'Note.list')
  await call(daemon, 'User.create', undefined, { username: 'canary' })
  await call(daemon, 'Canary.made_up')
  await call(daemon, 'Note.list', 'canary-token')
  const { text } = await ask(daemon, '/metrics')
  expect(text).toContain('dbal_operation_duration_seconds_count{operation="Note.list"} 1')
  expect(text).toContain('dbal_operations_total{operation="User.create",code="UNAUTHORIZED"} 1')
  expect(text).toContain('dbal_denials_total{operation="User.create"} 1')
  expect(text).toContain('dbal_logins_total{accepted="false"} 1')
  expect(text).toMatch(/dbal_in_flight 0\ndbal|dbal_in_flight 0$/m)
  expect(text).toContain('dbal_http_requests_total{route="rpc",status="200"}')
  expect(text).not.toMatch(/canary/i)
  const off = await serve({ config: 'server: { metrics: "off" }' })
  expect((await ask(off, '/metrics')).status).toBe(404)
})

test('the probes of readiness are in no metric and no line of the log', async () => {
  const daemon = await serve()
  await ask(daemon, '/readyz')
  const { text } = await ask(daemon, '/metrics')
  expect(text).not.toMatch(/^dbal_operations_total\{.*\} [1-9]/m)
  expect(daemon.log()).not.toContain('operation')
})

test('the OpenRPC document is for whoever may call', async () => {
  const open = await ask(await serve(), '/openrpc.json')
  expect(open.headers['content-type']).toBe('application/json')
  const { methods } = JSON.parse(open.text) as { readonly methods: readonly { name: string }[] }
  expect(methods.map(({ name }) => name)).toContain('Note.whoami')
  const closed = await ask(await serve({ config: 'auth: { session: true }' }), '/openrpc.json')
  expect(closed.status).toBe(401)
  expect(closed.headers['www-authenticate']).toBe('Bearer')
})

test('so many requests at once, and no more (R29)', async () => {
  const daemon = await serve({
    config: 'security: { rate_limit: { requests_per_minute: 1, burst: 3 } }',
  })
  const codes = []
  for (let i = 0; i < 5; i += 1) codes.push((await call(daemon, 'Note.count')).code)
  expect(codes).toEqual([
    undefined,
    undefined,
    undefined,
    'RATE_LIMIT_EXCEEDED',
    'RATE_LIMIT_EXCEEDED',
  ])
})

test('a port that is in use, and an address that is not of this machine', async () => {
  const first = await serve()
  const port = Number(first.address.split(':')[1])
  const cwd = projectFolder({})
  await expect(serveFolder(cwd, { port })).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    details: { reason: `port ${port} of 127.0.0.1 is in use` },
  })
  const path = 'server: { path: /healthz }'
  await expect(serve({ config: path })).rejects.toThrow("which is the daemon's own")
  expect((await ask(first, '/readyz')).status).toBe(200)
})

test('at its end it is not ready, takes nothing on, and finishes what is in flight', async () => {
  const daemon = await serve()
  const waiting = once(process, 'dbal-test-waiting')
  const answer = call(daemon, 'Note.wait')
  await waiting
  const closing = daemon.close()
  expect(await ask(daemon, '/readyz')).toMatchObject({
    status: 503,
    text: 'the server is shutting down\n',
  })
  expect((await ask(daemon, '/healthz')).status).toBe(200)
  expect(await whoIs(daemon)).toBe('UNAVAILABLE')
  expect(await upgrade(daemon.endpoint)).toBe(503)
  process.emit('dbal-test-go' as never)
  expect(await answer).toEqual({ status: 200, result: 'done' })
  await closing
  await expect(ask(daemon, '/healthz')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})

test('what does not end in time is cut off', async () => {
  const daemon = await serve({ config: 'server: { limits: { drain_timeout: 50 } }' })
  const waiting = once(process, 'dbal-test-waiting')
  const answer: Promise<unknown> = call(daemon, 'Note.wait').catch((error: unknown) => error)
  await waiting
  const closing = daemon.close()
  expect(await answer).toMatchObject({ code: 'ECONNRESET' })
  process.emit('dbal-test-go' as never)
  await closing
})
