import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { compileWorkspace } from '@proj/dbal-schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DBALClient, type DBALError } from '../src/index.ts'
import { remoteAuth, requestToken, sessionLogins, webAuth } from '../src/web.ts'

const { model } = compileWorkspace([
  {
    path: 'entities/all.yaml',
    text: `
entity: User
fields:
  id: { type: string, primary: true }
  role: { type: enum, values: [user, admin], default: user }
acl: { read: { self: true } }
---
entity: Session
fields:
  id: { type: string, primary: true }
  userId: { type: string, required: true, foreign_key: { entity: User, field: id } }
  token: { type: string, required: true, unique: true }
  expiresAt: { type: bigint, required: true }
security: { never_expose: [token] }
`,
  },
  { path: 'roles.yaml', text: 'roles: [user, admin]' },
])
if (model === undefined) throw new Error('the contract is not right')

describe('requestToken', () => {
  it.each<[string, Record<string, string | string[]>, string | undefined]>([
    ['a bearer', { authorization: 'Bearer abc' }, 'abc'],
    ['a bearer before a cookie', { authorization: 'bearer abc', cookie: 'session=x' }, 'abc'],
    ['a cookie', { cookie: 'a=1; session=a%20b; c=2' }, 'a b'],
    ['a quoted cookie', { cookie: 'session="abc"' }, 'abc'],
    ['the first of two cookies', { cookie: 'session=1; session=2' }, '1'],
    ['no cookie of a longer name', { cookie: 'xsession=1' }, undefined],
    ['no broken escape', { cookie: 'session=%E0' }, undefined],
    ['nothing of another scheme', { authorization: 'Basic abc' }, undefined],
    ['nothing of two headers', { authorization: ['Bearer a', 'Bearer b'] }, undefined],
    [
      'nothing inherited',
      Object.create({ authorization: 'Bearer abc' }) as object as never,
      undefined,
    ],
    ['nothing', {}, undefined],
  ])('takes %s', (_, headers, token) => {
    expect(requestToken({ headers })).toBe(token)
    if (Object.values(headers).every((value) => typeof value === 'string'))
      expect(requestToken(new Request('http://x', { headers: headers as never }))).toBe(token)
  })

  it('looks for a cookie by the name that is given', () => {
    const request = { headers: { cookie: 'sid=1; session=2' } }
    expect(requestToken(request, { cookie: 'sid' })).toBe('1')
    expect(remoteAuth(request)).toEqual({ session: { token: '2' } })
    expect(remoteAuth({ headers: {} })).toEqual({})
  })
})

describe('webAuth', () => {
  const client = new DBALClient({ schema: model, adapter: 'memory' })
  const authOf = webAuth({ login: sessionLogins(model, client.system()) })

  beforeAll(async () => {
    const system = client.system()
    await system.users.create({ id: 'ada', role: 'admin' })
    const row = { userId: 'ada', expiresAt: Date.now() + 60_000 }
    await system.sessions.create({ ...row, id: '1', token: 'good' })
    await system.sessions.create({ ...row, id: '2', token: 'old', expiresAt: Date.now() - 1 })
  })
  afterAll(() => client.close())

  it('is who the session is of, for a request of the platform', async () => {
    const request = new Request('http://x', { headers: { cookie: 'session=good' } })
    expect(await authOf(request)).toMatchObject({ user: { id: 'ada', role: 'admin' } })
    expect(await client.as(await authOf(request)).users.read('ada')).toMatchObject({ id: 'ada' })
  })

  it('is anonymous without a token, and refused with one that is none', async () => {
    expect(await authOf({ headers: {} })).toEqual({})
    for (const token of ['old', 'bad', ''])
      await expect(
        authOf({ headers: { authorization: `Bearer ${token === '' ? 'x' : token}` } }),
      ).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('serves a request of node:http', async () => {
    const answer = async (request: IncomingMessage): Promise<readonly [number, string]> => {
      try {
        const { id } = await client.as(await authOf(request)).users.read('ada')
        return [200, String(id)]
      } catch (error) {
        return [(error as DBALError).httpStatus, (error as DBALError).code]
      }
    }
    const server = createServer((request, response) => {
      const send = async (): Promise<void> => {
        const [status, text] = await answer(request)
        response.writeHead(status).end(text)
      }
      void send()
    })
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ask = async (token: string): Promise<readonly [number, string]> => {
      const answered = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      return [answered.status, await answered.text()]
    }
    expect(await ask('good')).toEqual([200, 'ada'])
    expect(await ask('old')).toEqual([401, 'UNAUTHORIZED'])
    server.close()
  })

  it('needs a contract with sessions', () => {
    const { model: other } = compileWorkspace([
      {
        path: 'entities/doc.yaml',
        text: 'entity: Doc\nfields:\n  id: { type: string, primary: true }\n',
      },
    ])
    if (other === undefined) throw new Error('the contract is not right')
    expect(() => sessionLogins(other, client.system())).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR' }),
    )
  })
})
