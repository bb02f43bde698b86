// The client over HTTP, at a daemon: TLS, and calls that nobody waits for any more.
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { DBALClient } from '@proj/dbal'
import { createAuthority, issue } from './certificates.ts'
import { folderWith, serve } from './serve.ts'

const TLS = 'server: { host: 0.0.0.0, tls: { cert_file: cert.pem, key_file: key.pem } }'

/** A process of its own: whom Node trusts is decided at its start. */
const PROGRAM = `
import { DBALClient } from '@proj/dbal'
const [endpoint, transport] = process.argv.slice(1)
const client = new DBALClient({ mode: 'production', endpoint, remote: { transport, connectTimeoutMs: 2000 } })
try {
  console.log(await client.call({ entity: 'Note', action: 'count', input: {} }))
} catch (error) {
  console.log(error.code)
}
await client.close()
`

test.each(['http', 'auto'])('over TLS with a certificate that it trusts: %s', async (transport) => {
  const authority = await createAuthority('authority')
  const { cert, key } = await issue(authority, 'daemon')
  const daemon = await serve({ config: TLS, files: { 'cert.pem': cert, 'key.pem': key } })
  const folder = folderWith()
  writeFileSync(join(folder, 'ca.pem'), authority.cert)
  const endpoint = `wss://localhost:${daemon.address.split(':')[1]}/rpc`
  const ask = async (env: Readonly<Record<string, string>>): Promise<string> => {
    const args = ['--input-type=module', '--eval', PROGRAM, endpoint, transport]
    const options = { cwd: import.meta.dirname, env: { ...process.env, ...env } }
    return (await promisify(execFile)(process.execPath, args, options)).stdout.trim()
  }
  expect(await ask({ NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') })).toBe('0')
  expect(await ask({})).toBe('UNAVAILABLE')
})

test('who goes away stops what runs for them, and gives its place back', async () => {
  const daemon = await serve()
  const client = new DBALClient({
    mode: 'production',
    endpoint: daemon.endpoint,
    remote: { transport: 'http' },
  })
  const stop = new AbortController()
  const wait = { entity: 'Note', action: 'wait', input: {} }
  const waiting = once(process, 'dbal-test-waiting')
  const called = client.call(wait, { signal: stop.signal }).catch((error: unknown) => error)
  await waiting
  stop.abort()
  expect(await called).toMatchObject({ code: 'CANCELLED', outcome: 'unknown' })
  // It is drained at once: the call has ended, though its handler goes on.
  await Promise.all([daemon.close(), client.close()])
  expect(daemon.log()).toContain('CANCELLED')
  process.emit('dbal-test-go' as never)
})
