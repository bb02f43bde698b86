// Who a token stands for: JWT with keys that rotate, sessions of the contract, keys of programs.
import { createHash, createHmac, createPublicKey, randomUUID } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT, type JWK } from 'jose'
import { expect, test } from 'vitest'
import { DBALClient } from '@proj/dbal'
import { projectFolder, serve, serveFolder, whoIs } from './serve.ts'

const ADA = '018f0000-0000-7000-8000-000000000001'
const JWT = `
auth:
  jwt: { issuer: "https://id.example", audience: dbal, jwks_file: ./jwks.json }
`

interface Signer {
  readonly jwk: JWK
  readonly pem: string
  sign(change?: Readonly<Record<string, unknown>>): Promise<string>
}

const now = (): number => Math.floor(Date.now() / 1000)

async function signer(alg: 'RS256' | 'ES256' | 'EdDSA' | 'RS512', kid: string): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg)
  const jwk = { ...(await exportJWK(publicKey)), kid }
  return {
    jwk,
    pem: await exportSPKI(publicKey),
    sign: (change = {}) =>
      new SignJWT({ ...claims(), ...change }).setProtectedHeader({ alg, kid }).sign(privateKey),
  }
}

function claims(): Record<string, unknown> {
  return { iss: 'https://id.example', aud: 'dbal', sub: ADA, role: 'admin', exp: now() + 600 }
}

const setOf = (...keys: readonly Signer[]): string =>
  JSON.stringify({ keys: keys.map(({ jwk }) => jwk) })

test.each(['RS256', 'ES256', 'EdDSA'] as const)('a token that %s signed', async (alg) => {
  const key = await signer(alg, 'a')
  const daemon = await serve({ config: JWT, files: { 'jwks.json': setOf(key) } })
  expect(await whoIs(daemon, await key.sign())).toEqual([ADA, 'admin'])
  const { expiresAt } = await daemon.host.login(await key.sign({ exp: now() + 100 }))
  expect(expiresAt).toBeGreaterThan(Date.now() + 90_000)
  expect(expiresAt).toBeLessThanOrEqual(Date.now() + 105_000)
})

test('a token that is over, not begun, of others or for others is refused', async () => {
  const key = await signer('ES256', 'a')
  const stranger = await signer('ES256', 'a')
  const daemon = await serve({ config: JWT, files: { 'jwks.json': setOf(key) } })
  const accepted = await key.sign({ aud: ['other', 'dbal'], nbf: now() - 10 })
  expect(await whoIs(daemon, accepted)).toEqual([ADA, 'admin'])
  const refused = await Promise.all([
    key.sign({ exp: now() - 60 }),
    key.sign({ exp: undefined }),
    key.sign({ nbf: now() + 60 }),
    key.sign({ aud: 'other' }),
    key.sign({ aud: undefined }),
    key.sign({ iss: 'https://evil.example' }),
    key.sign({ sub: undefined }),
    stranger.sign(),
    key.sign().then((token) => `${token.slice(0, -4)}AAAA`),
  ])
  for (const token of refused) expect(await whoIs(daemon, token)).toBe('UNAUTHORIZED')
  expect(await whoIs(daemon)).toBe('UNAUTHORIZED')
})

test('no algorithm but those of public keys: none, and HMAC with the public key', async () => {
  const key = await signer('RS256', 'a')
  const files = { 'jwks.json': setOf(key), 'public.pem': key.pem }
  const keySet = await serve({ config: JWT, files })
  const oneKey = await serve({
    config: JWT.replace('jwks_file: ./jwks.json', 'key_file: public.pem'),
    files,
  })
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'a' })).toString('base64url')
  const body = Buffer.from(JSON.stringify(claims())).toString('base64url')
  const forged = [key.pem, createPublicKey(key.pem).export({ format: 'der', type: 'spki' })].map(
    (secret) =>
      `${header}.${body}.${createHmac('sha256', secret).update(`${header}.${body}`).digest('base64url')}`,
  )
  const none = new UnsecuredJWT(claims()).encode()
  const other = await signer('RS512', 'a')
  for (const daemon of [keySet, oneKey]) {
    expect(await whoIs(daemon, await key.sign())).toEqual([ADA, 'admin'])
    for (const token of [...forged, none, await other.sign()])
      expect(await whoIs(daemon, token)).toBe('UNAUTHORIZED')
  }
})

test('keys that are rotated: the old one ends with the file, and a broken file changes nothing', async () => {
  const [old, next] = await Promise.all([signer('RS256', 'old'), signer('RS256', 'next')])
  const cwd = projectFolder({ config: JWT, files: { 'jwks.json': setOf(old) } })
  const daemon = await serveFolder(cwd)
  const replace = (text: string): void => {
    writeFileSync(join(cwd, 'next.json'), text)
    renameSync(join(cwd, 'next.json'), join(cwd, 'jwks.json'))
  }
  expect(await whoIs(daemon, await old.sign())).toEqual([ADA, 'admin'])
  expect(await whoIs(daemon, await next.sign())).toBe('UNAUTHORIZED')
  replace(setOf(old, next))
  expect(await whoIs(daemon, await next.sign())).toEqual([ADA, 'admin'])
  replace(setOf(next))
  expect(await whoIs(daemon, await old.sign())).toBe('UNAUTHORIZED')
  replace('{ "keys": ')
  expect(await whoIs(daemon, await next.sign())).toEqual([ADA, 'admin'])
  expect(daemon.log()).toContain('the file is not right')
})

test('claims by their names: a list of roles, one within another, none that is inherited', async () => {
  const key = await signer('EdDSA', 'a')
  const config = JWT.replace(
    'jwks.json }',
    'jwks.json, claims: { id: uid, role: realm.roles, x: constructor } }',
  )
  const daemon = await serve({ config, files: { 'jwks.json': setOf(key) } })
  const token = await key.sign({ uid: 'ada', realm: { roles: ['user', 'admin'] } })
  expect(await whoIs(daemon, token)).toEqual(['ada', 'user', 'admin'])
  const { auth } = await daemon.host.login(token)
  expect(Object.keys(auth.user ?? {}).sort()).toEqual(['id', 'roles'])
  expect(await whoIs(daemon, await key.sign({ uid: { a: 1 } }))).not.toEqual(expect.any(Array))
})

test.each([
  ['admin', ['ada', 'admin']],
  [
    ['user', 'admin'],
    ['ada', 'user', 'admin'],
  ],
])('a claim of roles that holds %o', async (groups, known) => {
  const key = await signer('EdDSA', 'a')
  const config = JWT.replace('jwks.json }', 'jwks.json, claims: { id: sub, roles: groups } }')
  const daemon = await serve({ config, files: { 'jwks.json': setOf(key) } })
  expect(await whoIs(daemon, await key.sign({ sub: 'ada', groups }))).toEqual(known)
})

test('keys that are secrets are refused at the start', async () => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const secret = { keys: [await exportJWK(privateKey)] }
  const shared = { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }
  for (const set of [secret, shared]) {
    const starting = serve({ config: JWT, files: { 'jwks.json': JSON.stringify(set) } })
    await expect(starting).rejects.toThrow('jwks_file ./jwks.json holds a secret')
  }
  await expect(serve({ config: JWT })).rejects.toThrow('cannot be read (ENOENT)')
})

test.each(['token', 'tokenHash'])(
  'a session of the contract, kept as its %s',
  async (tokenField) => {
    const daemon = await serve({ config: 'auth: { session: true, anonymous: true }', tokenField })
    const system = daemon.client.system()
    const login = async (expiresAt: number): Promise<readonly [token: string, user: string]> => {
      const token = randomUUID()
      const data = { username: randomUUID().slice(0, 8), role: 'admin' }
      const user = (await system.call({ entity: 'User', action: 'create', input: data })) as {
        readonly id: string
      }
      const kept = tokenField === 'token' ? token : createHash('sha256').update(token).digest('hex')
      const input = { userId: user.id, [tokenField]: kept, expiresAt: BigInt(expiresAt) }
      await system.call({ entity: 'Session', action: 'create', input })
      return [token, user.id]
    }
    const end = Date.now() + 60_000
    const [token, user] = await login(end)
    expect(await whoIs(daemon, token)).toEqual([user, 'admin'])
    expect((await daemon.host.login(token)).expiresAt).toBe(end)
    const [over] = await login(Date.now() - 1)
    for (const refused of [over, randomUUID(), ' ', `${token} `, token.toUpperCase()])
      await expect(daemon.host.login(refused)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    if (tokenField === 'tokenHash') {
      const kept = createHash('sha256').update(token).digest('hex')
      expect(await whoIs(daemon, kept)).toBe('UNAUTHORIZED')
    }
    await system.call({ entity: 'User', action: 'delete', input: { id: user } })
    expect(await whoIs(daemon, token)).toBe('UNAUTHORIZED')
    expect(await whoIs(daemon)).toEqual([null])
  },
)

const KEY = 'dbal_0123456789abcdef'
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const keysFile = (expires = ''): string =>
  `keys:\n  - { name: ci, sha256: ${sha256(KEY)}, ${expires}user: { id: ${ADA}, role: user } }\n`
const API_KEYS = 'auth: { api_keys_file: ./keys.yaml }'

test('a key of a program, of which only the hash is kept', async () => {
  const daemon = await serve({ config: API_KEYS, files: { 'keys.yaml': keysFile() } })
  expect(await whoIs(daemon, KEY)).toEqual([ADA, 'user'])
  expect(await whoIs(daemon, `${KEY}0`)).toBe('UNAUTHORIZED')
  expect(await whoIs(daemon, sha256(KEY))).toBe('UNAUTHORIZED')
  const over = { 'keys.yaml': keysFile('expires: "2020-01-01T00:00:00Z", ') }
  expect(await whoIs(await serve({ config: API_KEYS, files: over }), KEY)).toBe('UNAUTHORIZED')
})

test('a key that is taken away ends what it had open (R34)', async () => {
  const cwd = projectFolder({ config: API_KEYS, files: { 'keys.yaml': keysFile() } })
  const daemon = await serveFolder(cwd)
  const client = new DBALClient({
    mode: 'production',
    endpoint: daemon.endpoint,
    auth: { session: { token: KEY } },
  })
  const events = client.notes.subscribe() as AsyncIterator<unknown>
  await events.next()
  const next = events.next()
  writeFileSync(join(cwd, 'keys.yaml'), 'keys: []\n')
  await daemon.reload()
  await expect(next).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  await client.close()
})

test('keys of programs are not for production, unless that is asked for', async () => {
  const files = { 'keys.yaml': keysFile() }
  const options = { isProduction: true }
  await expect(serve({ config: API_KEYS, files, options })).rejects.toThrow('is for development')
  const config = API_KEYS.replace(' }', ', api_keys_in_production: true }')
  expect(await whoIs(await serve({ config, files, options }), KEY)).toEqual([ADA, 'user'])
})

test('a mistake in the file of keys is told at its place', async () => {
  const start = (text: string) => serve({ config: API_KEYS, files: { 'keys.yaml': text } })
  await expect(start('keys:\n  - { name: ci, sha265: x, user: {} }\n')).rejects.toThrow(
    /keys\.yaml:2:\d+: .*sha265/,
  )
  await expect(start(keysFile('expires: "soon", '))).rejects.toThrow(/keys\.yaml:2:\d+: `expires`/)
})

test('the form of a token says what it is: it is not tried as anything else', async () => {
  const daemon = await serve({ config: 'auth: { session: true }' })
  for (const token of [KEY, 'a.b.c', 'x'.repeat(9000)])
    await expect(daemon.host.login(token)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
})

test('without auth everybody is anonymous, and whoever brings a token is told that it is not accepted', async () => {
  const daemon = await serve()
  expect(daemon.isOpen).toBe(true)
  expect(await whoIs(daemon)).toEqual([null])
  expect(await whoIs(daemon, 'anything')).toBe('UNAUTHORIZED')
})
