// Clients that bring no contract: each knows what its own daemon told it last, of what its login may know (BR-13).
import type { ClientConfig, DBALClient } from '@proj/dbal'
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { describe, expect, it } from 'vitest'
import { openFront, type Front } from './http-front.ts'
import { atTheEnd, code, connect, start } from './scene.ts'
import { CONTRACT, EVE, ROLES, serve, type Served } from './serve.ts'

function compile(text: string): Model {
  const { model, diagnostics } = compileWorkspace([
    { path: 'entities/all.yaml', text },
    { path: 'roles.yaml', text: ROLES },
  ])
  if (model === undefined) throw new Error(JSON.stringify(diagnostics))
  return model
}

const BOOK = 'entity: Book\nfields: { id: { type: integer, primary: true }, PAGES }\nacl: ACL\n'
const book = (pages: string, acl = '{ create: { public: true }, read: { public: true } }'): Model =>
  compile(`${CONTRACT}---\n${BOOK.replace('PAGES', pages).replace('ACL', acl)}`)

const EARLY = book('pages: { type: integer }')
const LATE = book('pages: { type: string }, title: { type: string, nullable: true }')
const ADMINS = book(
  'pages: { type: integer }',
  '{ create: { admin: true }, read: { admin: true } }',
)

async function frontOf(schema: Model): Promise<{ served: Served; front: Front }> {
  const served = await serve({}, { schema })
  const front = await openFront(served.server)
  atTheEnd(() => front.close())
  atTheEnd(() => served.close())
  await served.client.system().users.create({ id: EVE, username: 'eve' })
  return { served, front }
}

const withoutOwn = (
  front: Front,
  remote: ClientConfig['remote'],
  config: ClientConfig = {},
): DBALClient => connect(front.endpoint, remote, { schema: undefined, ...config })

describe.each(['websocket', 'http'] as const)('over %s', (transport) => {
  it('two of them know nothing of each other', async () => {
    const clients = [EARLY, LATE, undefined].map(async (schema) => {
      const { front } = schema === undefined ? await plain() : await frontOf(schema)
      return withoutOwn(front, { transport })
    })
    const [early, late, none] = await Promise.all(clients)
    await early?.books.create({ id: 1, pages: 7 })
    await late?.books.create({ id: 1, pages: 'seven', title: 't' })
    expect(await early?.books.list()).toMatchObject({ data: [{ id: 1, pages: 7 }] })
    expect(await late?.books.list()).toMatchObject({ data: [{ id: 1, pages: 'seven' }] })
    expect(await early?.books.create({ id: 2, pages: 7, title: 't' }).catch(code)).toBe(
      'VALIDATION_ERROR',
    )
    expect(await none?.books.list().catch(code)).toBe('VALIDATION_ERROR')
    expect(await none?.users.count()).toBe(2)
  })

  it('one knows the contract of the daemon that it is at', async () => {
    const { served, front } = await frontOf(EARLY)
    const client = withoutOwn(front, { transport })
    await client.books.create({ id: 1, pages: 7 })
    front.server = (await frontOf(LATE)).served.server
    await served.server.drain(0)
    await client.users.count()
    const row = await client.books.create({ id: 1, pages: 'seven', title: 't' })
    expect(row).toEqual({ id: 1, pages: 'seven', title: 't' })
  })

  it('one knows more with a login that may', async () => {
    const { served, front } = await frontOf(ADMINS)
    const tokens = ['eve', 'eve-raised']
    const token = (): string => tokens.shift() ?? 'eve-raised'
    const client = withoutOwn(front, { transport }, { auth: { session: { token } } })
    expect(await client.books.list().catch(code)).toBe('VALIDATION_ERROR')
    const next = (await frontOf(ADMINS)).served.server
    front.fate = ({ method }) => {
      if (method === 'dbal.hello') front.server = next
      return 'passed'
    }
    if (transport === 'websocket') front.server = next
    await served.server.drain(0)
    await client.users.count()
    expect(await client.books.list()).toMatchObject({ data: [] })
  })
})

async function plain(): Promise<{ front: Front }> {
  const front = await openFront((await start()).server)
  atTheEnd(() => front.close())
  return { front }
}
