// A daemon with Ada, who is an admin, and Eve, who is not; and clients of it. All of it goes after each test.
import { DBALClient, isDBALError, type ClientConfig } from '@proj/dbal'
import { afterEach } from 'vitest'
import { loadEncoding, openLoopback, type Wire } from '../src/index.ts'
import { ADA, EVE, model, serve, type Served } from './serve.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

export function atTheEnd(close: () => unknown): void {
  closing.push(close)
}

export async function start(...given: Parameters<typeof serve>): Promise<Served> {
  const served = await serve(...given)
  atTheEnd(() => served.close())
  await served.client.system().users.createMany([
    { id: ADA, username: 'ada', role: 'admin', pin: '1' },
    { id: EVE, username: 'eve', pin: '2' },
  ])
  return served
}

/** Eve's, over wires that `open` opens or an endpoint, unless the rest says otherwise. */
export function connect(
  way: (() => Promise<Wire>) | string,
  remote: ClientConfig['remote'] = {},
  config: ClientConfig = {},
): DBALClient {
  const client = new DBALClient({
    mode: 'production',
    schema: model,
    auth: { session: { token: 'eve' } },
    ...(typeof way === 'string' ? { endpoint: way } : {}),
    remote: {
      ...(typeof way === 'string' ? {} : { open: way }),
      backoff: { minMs: 1, maxMs: 5 },
      ...remote,
    },
    ...config,
  })
  atTheEnd(() => client.close())
  return client
}

/** Wires to the server, each kept so that it can be cut. */
export function wiresTo({ server }: Served): {
  readonly wires: Wire[]
  readonly open: () => Promise<Wire>
} {
  const wires: Wire[] = []
  const open = async (): Promise<Wire> => {
    const [near, far] = openLoopback(await loadEncoding('json'))
    server.accept(far)
    wires.push(near)
    return near
  }
  return { wires, open }
}

export const NOTE = { text: 'a', ownerId: EVE }
export const code = (error: unknown): unknown => (isDBALError(error) ? error.code : error)
