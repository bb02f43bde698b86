// TLS with certificates made here: one's own, mutual, and what is refused for being unsafe.
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createAuthority, issue } from './certificates.ts'
import { ask, projectFolder, serve, serveFolder, whoIs } from './serve.ts'

const TLS = 'server: { host: 0.0.0.0, tls: { cert_file: cert.pem, key_file: key.pem } }'
const MUTUAL = TLS.replace('key.pem', 'key.pem, ca_file: ca.pem')

async function files() {
  const authority = await createAuthority('authority')
  const server = await issue(authority, 'daemon')
  return {
    authority,
    files: { 'cert.pem': server.cert, 'key.pem': server.key, 'ca.pem': authority.cert },
  }
}

const NAMED = { servername: 'localhost' }

test('a certificate that the caller trusts, at TLS 1.2 or later', async () => {
  const { authority, files: given } = await files()
  const daemon = await serve({ config: TLS, files: given })
  expect(daemon.endpoint).toMatch(/^wss:/)
  const trusting = { ca: authority.cert, ...NAMED }
  expect((await ask(daemon, '/healthz', trusting)).status).toBe(200)
  expect(await whoIs(daemon, undefined, trusting)).toEqual([null])
  await expect(ask(daemon, '/healthz', NAMED)).rejects.toMatchObject({ code: /CERT|SIGNATURE/ })
  const old = {
    ...trusting,
    // What a caller of today would not offer by itself.
    ciphers: 'DEFAULT@SECLEVEL=0',
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
  } as const
  await expect(ask(daemon, '/healthz', old)).rejects.toThrow('alert protocol version')
})

test('with an authority of callers, whoever has none of its certificates gets nowhere', async () => {
  const { authority, files: given } = await files()
  const daemon = await serve({ config: MUTUAL, files: given })
  const ca = authority.cert
  const caller = await issue(authority, 'caller')
  const stranger = await issue(await createAuthority('other'), 'caller')
  expect(await whoIs(daemon, undefined, { ca, ...NAMED, ...caller })).toEqual([null])
  await expect(ask(daemon, '/healthz', { ca, ...NAMED })).rejects.toThrow()
  await expect(ask(daemon, '/healthz', { ca, ...NAMED, ...stranger })).rejects.toThrow()
})

test('certificates that were replaced are taken up, and those that are not right are not', async () => {
  const { authority, files: given } = await files()
  const cwd = projectFolder({ config: TLS, files: given })
  const daemon = await serveFolder(cwd)
  const next = await createAuthority('next')
  const { cert, key } = await issue(next, 'daemon')
  writeFileSync(join(cwd, 'cert.pem'), cert)
  await daemon.reload()
  expect((await ask(daemon, '/healthz', { ca: authority.cert, ...NAMED })).status).toBe(200)
  expect(daemon.log()).toContain('"file":"server.tls"')
  writeFileSync(join(cwd, 'key.pem'), key)
  await daemon.reload()
  expect((await ask(daemon, '/healthz', { ca: next.cert, ...NAMED })).status).toBe(200)
  await expect(ask(daemon, '/healthz', { ca: authority.cert, ...NAMED })).rejects.toThrow()
})

test('an address that other machines reach needs TLS (R9)', async () => {
  for (const host of ['0.0.0.0', '::', '192.168.0.1', 'db.internal', '127.evil.example'])
    await expect(serve({ options: { host } })).rejects.toThrow('not a loopback address')
  const daemon = await serve({ options: { host: 'localhost' } })
  expect((await ask(daemon, '/healthz')).status).toBe(200)
})

test('a key that everybody may read is refused, and one that is of another certificate', async () => {
  const { authority, files: given } = await files()
  const cwd = projectFolder({ config: TLS, files: given })
  chmodSync(join(cwd, 'key.pem'), 0o644)
  if (process.platform !== 'win32')
    await expect(serveFolder(cwd)).rejects.toThrow(
      'server.tls.key_file can be read by everybody: chmod 600 it',
    )
  const { key } = await issue(authority, 'another')
  await expect(serve({ config: TLS, files: { ...given, 'key.pem': key } })).rejects.toThrow(
    'cannot be used together (key values mismatch)',
  )
  await expect(serve({ config: TLS, files: {} })).rejects.toThrow(
    'cert_file cannot be read (ENOENT)',
  )
})
