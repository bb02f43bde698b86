// A daemon in miniature: a client on memory behind the bridge, over both kinds of wire.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DBALClient, DBALError, describeModel, type ClientConfig } from '@proj/dbal'
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { loadEncoding, openLoopback, type Wire } from '../src/index.ts'
import {
  BridgeServer,
  createPost,
  createUpgrade,
  type BridgeHost,
  type BridgeLimits,
  type LoginAuth,
} from '../src/server.ts'

export const CONTRACT = `
entity: User
fields:
  id: { type: uuid, primary: true, generated: true }
  username: { type: string, required: true, unique: true }
  role: { type: enum, values: [user, admin], default: user }
  score: { type: bigint, nullable: true }
  photo: { type: bytes, nullable: true }
  settings: { type: json, nullable: true }
  pin: { type: string, nullable: true, sensitive: true }
acl:
  create: { admin: true }
  read: { user: true }
  list: { user: true }
  update: { self: true, admin: true }
  delete: { admin: true }
---
entity: Note
fields:
  id: { type: uuid, primary: true, generated: true }
  text: { type: string, required: true }
  ownerId: { type: uuid, required: true, foreign_key: { entity: User, field: id, name: owner, inverse: notes } }
acl:
  create: { user: true, row_level: "ownerId = $user.id" }
  read: { user: true, row_level: "ownerId = $user.id" }
  update: { user: true, row_level: "ownerId = $user.id" }
  delete: { user: true, row_level: "ownerId = $user.id" }
operations:
  shout: { input: [text], output: string, acl_required: [read] }
`

export const ROLES = 'roles: [user, admin]\n'

function compile(): Model {
  const { model, diagnostics } = compileWorkspace([
    { path: 'entities/all.yaml', text: CONTRACT },
    { path: 'roles.yaml', text: ROLES },
  ])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

export const model = compile()

export const ADA = '018f0000-0000-7000-8000-000000000001'
export const EVE = '018f0000-0000-7000-8000-000000000002'

/** Tokens of the tests; `<token>/<epoch ms>` ends then. */
const LOGINS: readonly (readonly [token: string, auth: LoginAuth])[] = [
  ['ada', { user: { id: ADA, role: 'admin' } }],
  ['eve', { user: { id: EVE, role: 'user' } }],
  ['eve-raised', { user: { id: EVE, role: 'admin' } }],
]

export interface Served {
  readonly client: DBALClient
  readonly server: BridgeServer
  readonly host: BridgeHost
  /** By token; what a test changes in it counts from the next login on. */
  readonly logins: Map<string, LoginAuth>
  /** As whoever keeps logins does when one of them has changed. */
  tellOfLogins(): void
  open(encoding?: 'json' | 'cbor'): Promise<Wire>
  close(): Promise<void>
}

export async function serve(
  limits: Partial<BridgeLimits> = {},
  config: Partial<ClientConfig> = {},
): Promise<Served> {
  const contract = (config.schema as Model | undefined) ?? model
  const client = new DBALClient({
    schema: contract,
    adapter: 'memory',
    operations: {
      'Note.shout': ({ input }) => String(input['text']).toUpperCase(),
    },
    ...config,
  })
  const logins = new Map(LOGINS)
  let tellOfLogins = (): void => {}
  const host: BridgeHost = {
    model: contract,
    capabilities: await client.capabilities(),
    version: '0.1.0',
    timeoutMs: 30_000,
    client: client as unknown as BridgeHost['client'],
    describe: (auth) => describeModel(contract, auth as never),
    login: async (token) => {
      if (token === undefined) return { auth: {} }
      const [name = '', end] = token.split('/')
      const auth = logins.get(name)
      if (auth === undefined) throw new DBALError('UNAUTHORIZED')
      return { auth, ...(end === undefined ? {} : { expiresAt: Number(end) }) }
    },
    watchLogins: (changed) => {
      tellOfLogins = changed
      return () => {}
    },
  }
  const server = new BridgeServer(host, limits)
  return {
    client,
    server,
    host,
    logins,
    tellOfLogins: () => tellOfLogins(),
    open: async (encoding = 'json') => {
      const [near, far] = openLoopback(await loadEncoding(encoding))
      server.accept(far)
      return near
    },
    close: async () => {
      await server.drain(0)
      await client.close()
    },
  }
}

export async function listen(
  server: BridgeServer,
): Promise<{ readonly http: Server; readonly endpoint: string }> {
  const http = createServer(createPost(server))
  http.on('upgrade', createUpgrade(server))
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve)
  })
  return { http, endpoint: `127.0.0.1:${(http.address() as AddressInfo).port}` }
}
