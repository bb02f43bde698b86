// The client in a browser: bundled as an app's is, in a runtime without Node, to a daemon on a socket.
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { ClientConfig } from '@proj/dbal'
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { serve, type Served } from '../serve.ts'
import { bundlePage, type Bundle, type Factory } from './bundle.ts'
import { layCable, type Cable } from './cable.ts'
import { openPage, type OpenPage } from './open-page.ts'

const ORIGIN = 'https://app.example'
const TOKEN = 'dbal_0123456789abcdef0123456789abcdef'
const ADA = '018f0000-0000-7000-8000-000000000001'

const CONTRACT = `
entity: Note
fields:
  id: { type: uuid, primary: true, generated: true }
  text: { type: string, required: true }
  size: { type: bigint, optional: true, nullable: true }
  photo: { type: bytes, optional: true, nullable: true }
  price: { type: decimal, precision: 10, scale: 2, optional: true, nullable: true }
  at: { type: datetime, optional: true, nullable: true }
  data: { type: json, optional: true, nullable: true }
acl:
  create: { user: true }
  read: { user: true, row_level: "text != 'kept from the page'" }
  update: { user: true }
  delete: { user: true }
`
const ROLES = 'roles: [user]'

const sha256 = createHash('sha256').update(TOKEN).digest('hex')
const FILES = {
  'dbal/entities/all.yaml': CONTRACT,
  'dbal/roles.yaml': ROLES,
  'dbal/handlers.mjs': 'export const operations = {}\n',
  'keys.yaml': `keys:\n  - { name: page, sha256: ${sha256}, user: { id: ${ADA}, role: user } }\n`,
}
const CONFIG = `
server: { origins: ["${ORIGIN}"] }
auth: { api_keys_file: ./keys.yaml }
`

/** Bytes after gzip: what a page loads for messages in JSON, the contract aside; and for CBOR, or HTTP, on top. */
const MOST = { json: 27_000, cbor: 9_000, http: 2_000 }

function compile(): Model {
  const { model } = compileWorkspace([
    { path: 'entities/all.yaml', text: CONTRACT },
    { path: 'roles.yaml', text: ROLES },
  ])
  if (model === undefined) throw new Error('the contract has errors')
  return model
}

const bundles = new Map<Factory, Bundle>()
const pages: OpenPage[] = []
const cables: Cable[] = []

beforeAll(async () => {
  for (const factory of ['createRemoteClient', 'createClient'] as const)
    bundles.set(factory, await bundlePage(compile(), factory))
}, 60_000)

afterEach(() => {
  for (const cable of cables.splice(0)) cable.close()
})

afterAll(async () => {
  await Promise.all(pages.map((page) => page.leave()))
})

function bundleOf(factory: Factory): Bundle {
  const bundle = bundles.get(factory)
  if (bundle === undefined) throw new Error(`${factory} was not bundled`)
  return bundle
}

interface Opened {
  readonly page: OpenPage
  readonly daemon: Served
  readonly cable: Cable
}

async function open(
  factory: Factory,
  remote: ClientConfig['remote'] = {},
  origin = ORIGIN,
): Promise<Opened> {
  const daemon = await serve({ config: CONFIG, files: FILES })
  const cable = await layCable(daemon.address)
  cables.push(cable)
  const page = await openPage(bundleOf(factory).path, origin)
  pages.push(page)
  const backoff = { minMs: 5, maxMs: 50 }
  await page.call('open', cable.endpoint, TOKEN, {
    remote: { backoff, connectTimeoutMs: 5_000, ...remote },
  })
  return { page, daemon, cable }
}

describe.each(['createRemoteClient', 'createClient'] as const)('bundled with %s', (factory) => {
  test('it has nothing of Node, and nothing is left to be found', () => {
    const { chunks, external } = bundleOf(factory)
    expect(external).toEqual([])
    for (const { code } of chunks) {
      expect(code).not.toMatch(/\bnode:|__vite-browser-external/)
      expect(code).not.toMatch(/\brequire\(|better-sqlite3|perMessageDeflate/)
    }
  })
})

test('it is small, and CBOR and HTTP are parts of their own', () => {
  const { chunks } = bundleOf('createRemoteClient')
  const sizeOf = (isWanted: (name: string) => boolean): number =>
    chunks.filter(({ name }) => isWanted(name)).reduce((sum, { gzip }) => sum + gzip, 0)
  for (const part of ['cbor', 'http'] as const) {
    const size = sizeOf((name) => name.startsWith(part))
    expect(size).toBeGreaterThan(0)
    expect(size).toBeLessThan(MOST[part])
  }
  expect(sizeOf((name) => !/^(?:cbor|http)/.test(name))).toBeLessThan(MOST.json)
})

test('a remote client has nothing of the contract in it', () => {
  const all = ({ chunks }: Bundle): string => chunks.map(({ code }) => code).join('')
  expect(all(bundleOf('createClient'))).toContain('kept from the page')
  expect(all(bundleOf('createRemoteClient'))).not.toMatch(/kept from the page|row_level/)
})

describe.each([
  ['createRemoteClient', 'json'],
  ['createRemoteClient', 'cbor'],
  ['createClient', 'json'],
  ['createClient', 'cbor'],
] as const)('%s in %s', (factory, encoding) => {
  test('reads and writes values of every kind', async () => {
    const { page } = await open(factory, { encoding })
    const row = {
      id: expect.any(String),
      text: 'one',
      size: 2n ** 60n,
      photo: new Uint8Array([0, 255]),
      price: '1.50',
      at: new Date(0),
    }
    expect(await page.call('crud')).toMatchObject({
      made: row,
      read: row,
      after: { ...row, text: 'two', data: { deep: [1, null] } },
      page: { data: [{ text: 'two', data: { deep: [1, null] } }], hasMore: false },
      gone: true,
    })
    await page.call('close')
  })

  test('streams, batches, and keeps or undoes transactions', async () => {
    const { page } = await open(factory, { encoding })
    expect(await page.call('more')).toEqual({
      iterated: 250,
      batch: [250, 1],
      undone: ['NOT_FOUND', []],
      kept: 1,
    })
    await page.call('close')
  })

  test('is told of mistakes as in process', async () => {
    const { page } = await open(factory, { encoding })
    expect(await page.call('refusals')).toMatchObject([
      ['VALIDATION_ERROR', [{ field: 'text' }]],
      ['VALIDATION_ERROR', [{ field: 'text' }, { field: 'tex' }]],
      ['VALIDATION_ERROR', [{ field: 'entity' }]],
      ['CAPABILITY_NOT_SUPPORTED', []],
      ['CANCELLED', []],
    ])
    await page.call('close')
  })

  test('follows changes over a connection that is cut', async () => {
    const { page, daemon, cable } = await open(factory, { encoding })
    await page.call('watch')
    expect(await page.call('next')).toMatchObject({ type: 'snapshot', rows: [] })
    expect(await page.call('add', 'before')).toBe('before')
    expect(await page.call('next')).toMatchObject({ row: { text: 'before' } })
    cable.cut()
    await daemon.client.system().notes.create({ text: 'meanwhile' })
    expect(await page.call('next')).toMatchObject({ row: { text: 'meanwhile' } })
    expect(await page.call('add', 'after')).toBe('after')
    expect(await page.call('next')).toMatchObject({ row: { text: 'after' } })
    expect(await page.call('count')).toBe(3)
    expect(cable.heads.length).toBeGreaterThan(1)
    for (const head of cable.heads) {
      expect(head).toMatch(new RegExp(`\\r\\norigin: ${ORIGIN}\\r\\n`, 'i'))
      expect(head).toContain(`dbal.v1+${encoding}`)
      expect(head).not.toContain(TOKEN)
    }
    await page.call('close')
  })
})

test.each(['http', 'auto'] as const)(
  'over %s it does what needs no connection',
  async (transport) => {
    const { page, cable } = await open('createRemoteClient', { transport })
    expect(await page.call('crud')).toMatchObject({ made: { size: 2n ** 60n }, gone: true })
    const isHttp = transport === 'http'
    expect(await page.call('tryToTransact')).toEqual(isHttp ? ['CAPABILITY_NOT_SUPPORTED', []] : 0)
    for (const head of cable.heads) {
      expect(head).toMatch(isHttp ? /^(?:OPTIONS|POST) \/rpc / : /^GET \/rpc /)
      expect(head.split('\r\n')[0]).not.toContain(TOKEN)
    }
    await page.call('close')
  },
)

test.each(['websocket', 'http', 'auto'] as const)(
  'a page of another origin is not served over %s',
  async (transport) => {
    const remote = { connectTimeoutMs: 300, transport }
    const { page, cable } = await open('createRemoteClient', remote, 'https://evil.example')
    expect(await page.call('tryToRead')).toEqual(['UNAVAILABLE', []])
    expect(cable.heads.length).toBeGreaterThan(0)
    expect(cable.heads.join()).not.toContain(TOKEN)
  },
)

test('a page is told that its token is not accepted', async () => {
  const { page, cable } = await open('createRemoteClient')
  await page.call('open', cable.endpoint, `${TOKEN}0`)
  expect(await page.call('tryToRead')).toEqual(['UNAUTHORIZED', []])
})
