// Logins that end before their time: withdrawn, or of another role by now.
import type { DBALClient } from '@proj/dbal'
import { describe, expect, it } from 'vitest'
import { CLOSE } from '../src/index.ts'
import { Raw } from './raw.ts'
import { connect as connectAs, start, wiresTo } from './scene.ts'
import { EVE, type Served } from './serve.ts'

function connect(served: Served, token: () => string): DBALClient {
  return connectAs(wiresTo(served).open, {}, { auth: { session: { token } } })
}

const note = (text: string): object => ({ text, ownerId: EVE })
const SUBSCRIBE = { method: 'dbal.subscribe', params: { entity: 'Note', input: {}, credit: 10 } }

describe('a login that is withdrawn (R34)', () => {
  it('is told of, is told nothing more, and closes', async () => {
    const served = await start({ renewalMs: 50 })
    const raw = await Raw.hello(served.server, 'eve')
    raw.say({ id: 's', ...SUBSCRIBE })
    await raw.hear()
    await raw.ask({ id: 1, method: 'dbal.begin', params: { tx: 't' } })
    served.logins.delete('eve')
    served.tellOfLogins()
    expect(await raw.hear()).toMatchObject({ method: 'dbal.expired', params: { withinMs: 50 } })
    await served.client.system().notes.create(note('after'))
    const { error } = await raw.ask({ id: 2, method: 'Note.count' })
    expect(error?.data).toMatchObject({ code: 'UNAUTHORIZED' })
    expect(await raw.closed).toBe(CLOSE.UNAUTHORIZED)
    expect(raw.unheard).toEqual([])
    expect(served.server.stats()).toMatchObject({ connections: 0, transactions: 0 })
  })

  it('is found out without being told', async () => {
    const served = await start({ renewalMs: 20, recheckMs: 30 })
    const raw = await Raw.hello(served.server, 'eve')
    const other = await Raw.hello(served.server, 'ada')
    served.logins.delete('eve')
    expect(await raw.closed).toBe(CLOSE.UNAUTHORIZED)
    expect((await other.ask({ id: 1, method: 'User.count' })).result).toBe(2)
  })

  it('ends the subscriptions of a client with UNAUTHORIZED', async () => {
    const served = await start()
    const client = connect(served, () => 'eve')
    const events = client.notes.subscribe({}) as AsyncIterator<unknown>
    await events.next()
    const next = events.next()
    served.logins.delete('eve')
    served.tellOfLogins()
    await expect(next).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
    await expect(client.notes.count()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('goes on where the client has another token by then', async () => {
    const served = await start()
    let token = 'eve'
    const client = connect(served, () => token)
    const events = client.notes.subscribe({}) as AsyncIterator<unknown>
    await events.next()
    const next = events.next()
    served.logins.set('eve-again', { user: { id: EVE, role: 'user' } })
    served.logins.delete('eve')
    token = 'eve-again'
    served.tellOfLogins()
    await served.client.system().notes.create(note('kept'))
    expect(await next).toMatchObject({ value: { type: 'entered', row: { text: 'kept' } } })
    expect(served.server.stats().connections).toBe(1)
  })

  it('holds what is asked after the hello that renews it', async () => {
    const served = await start()
    const raw = await Raw.hello(served.server, 'eve')
    served.logins.delete('eve')
    served.tellOfLogins()
    await raw.hear()
    served.logins.set('eve', { user: { id: EVE, role: 'user' } })
    raw.say({ id: 1, method: 'dbal.hello', params: { token: 'eve' } })
    expect((await raw.ask({ id: 2, method: 'User.count' })).result).toBe(2)
  })

  it('is kept while whoever keeps logins cannot be asked', async () => {
    const served = await start()
    const raw = await Raw.hello(served.server, 'eve')
    const { login } = served.host
    const asked = new Promise<void>((resolve) => {
      Object.assign(served.host, {
        loginAgain: async () => {
          resolve()
          throw new Error('the database is away')
        },
      })
    })
    served.tellOfLogins()
    await asked
    Object.assign(served.host, { loginAgain: login })
    expect((await raw.ask({ id: 1, method: 'User.count' })).result).toBe(2)
  })
})

describe('a role that is taken away (R34)', () => {
  it('counts for the next statement of an open transaction, and streams are asked for again', async () => {
    const served = await start()
    const raw = await Raw.hello(served.server, 'eve-raised')
    raw.say({ id: 's', ...SUBSCRIBE })
    await raw.hear()
    await raw.ask({ id: 1, method: 'dbal.begin', params: { tx: 't' } })
    const create = (id: number, username: string) =>
      raw.ask({ id, method: 'User.create', params: { username }, meta: { tx: 't' } })
    expect((await create(2, 'may')).error).toBeUndefined()
    served.logins.set('eve-raised', { user: { id: EVE, role: 'user' } })
    served.tellOfLogins()
    expect(await raw.hear()).toMatchObject({
      id: 's',
      error: { data: { code: 'UNAVAILABLE', details: { reason: 'the login has changed' } } },
    })
    expect((await create(3, 'maynot')).error?.data?.code).toBe('FORBIDDEN')
  })
})
