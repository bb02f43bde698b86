import { JsonNull, type ClientConfig, type DBALClient } from '@proj/dbal'
import { describe, expect, it } from 'vitest'
import { atTheEnd, connect as connectTo, start as startDaemon } from './scene.ts'
import { ADA, EVE, listen } from './serve.ts'

async function start(): Promise<{
  daemon: DBALClient
  connect(config?: ClientConfig): DBALClient
}> {
  const served = await startDaemon()
  const { http, endpoint } = await listen(served.server)
  atTheEnd(() => http.close())
  return {
    daemon: served.client,
    connect: ({ remote, ...config } = {}) =>
      connectTo(endpoint, remote, { auth: undefined, ...config }),
  }
}

const as = (token: string): ClientConfig => ({ auth: { session: { token } } })

describe.each(['json', 'cbor'] as const)('a client in production over %s', (encoding) => {
  it('answers as a client in process does', async () => {
    const { daemon, connect } = await start()
    const client = connect({ ...as('ada'), remote: { encoding } })
    const score = 9007199254740993n
    const photo = new Uint8Array([0, 255])
    const row = await client.users.create({ username: 'bob', score, photo, settings: JsonNull })
    expect(row).toMatchObject({ username: 'bob', score, photo, settings: JsonNull })
    const local = daemon.as({ user: { id: ADA, role: 'admin' } })
    expect(await client.users.list()).toEqual(await local.users.list())
    expect(await client.users.read({ username: 'bob' })).toEqual(await local.users.read(row.id))
    expect(await client.users.list({ filter: { score: { gt: 9007199254740992n } } })).toMatchObject(
      {
        data: [{ username: 'bob' }],
      },
    )
    expect(await client.users.update(row.id, { score: { increment: 2n } })).toMatchObject({
      score: score + 2n,
    })
    expect(await client.users.count()).toBe(3)
    expect(await client.users.aggregate({ sum: ['score'] })).toEqual({ sum: { score: score + 2n } })
    expect(await client.users.delete(row.id)).toBe(true)
    await expect(client.users.read(row.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await client.notes.shout('hey')).toBe('HEY')
  })

  it('keeps the rules of whoever the token is', async () => {
    const { connect } = await start()
    const eve = connect({ ...as('eve'), remote: { encoding } })
    await expect(eve.users.create({ username: 'x' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const { data } = await eve.users.list()
    expect(data.map(({ pin }: { pin?: string }) => pin)).toEqual([undefined, '2'])
    const nobody = connect({ remote: { encoding } })
    await expect(nobody.notes.create({ text: 'x', ownerId: ADA })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    })
    const stranger = connect({ ...as('mallory'), remote: { encoding } })
    await expect(stranger.users.list()).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('runs transactions, nested ones and batches', async () => {
    const { connect } = await start()
    const eve = connect({ ...as('eve'), remote: { encoding } })
    const kept = await eve.transaction(async (tx) => {
      const note = await tx.notes.create({ text: 'a', ownerId: EVE })
      await expect(
        tx.transaction(async (inner) => {
          await inner.notes.create({ text: 'b', ownerId: EVE })
          throw new Error('undo')
        }),
      ).rejects.toThrow('undo')
      return note
    })
    expect((await eve.notes.list()).data).toEqual([kept])
    await expect(
      eve.transaction(async (tx) => {
        await tx.notes.create({ text: 'c', ownerId: EVE })
        await tx.notes.create({ text: 'd', ownerId: ADA }).catch(() => {})
      }),
    ).rejects.toMatchObject({ code: 'TX_ABORTED' })
    expect(await eve.notes.count()).toBe(1)
    const answers = await eve.batch([
      { entity: 'Note', action: 'create', input: { text: 'e', ownerId: EVE } },
      { entity: 'Note', action: 'count' },
    ])
    expect(answers).toMatchObject([{ text: 'e' }, 2])
  })

  it('reads a list to its end', async () => {
    const { connect } = await start()
    const eve = connect({ ...as('eve'), remote: { encoding } })
    const items = Array.from({ length: 57 }, (_, i) => ({ text: String(i), ownerId: EVE }))
    await eve.notes.createMany(items)
    const seen: unknown[] = []
    for await (const { text } of eve.notes.iterate({ limit: 10 })) seen.push(text)
    expect(seen).toEqual(items.map(({ text }) => text))
  })

  it('refuses bad input as a client in process does', async () => {
    const { daemon, connect } = await start()
    const client = connect({ ...as('ada'), remote: { encoding } })
    const local = daemon.as({ user: { id: ADA, role: 'admin' } })
    const inputs = [
      { username: undefined },
      { username: 5 },
      { username: 'a\ud800' },
      { username: 'x', score: '5' },
      { username: 'x', score: 1.5 },
      { username: 'x', photo: 'AQ==' },
      { username: 'x', settings: { a: () => 1 } },
      { username: 'x', nobody: NaN },
    ]
    for (const input of inputs) {
      const error = await local.users.create(input).catch((thrown: unknown) => thrown)
      const { code, message, details } = error as {
        code: string
        message: string
        details: unknown
      }
      expect(code).toBe('VALIDATION_ERROR')
      await expect(client.users.create(input)).rejects.toMatchObject({ code, message, details })
    }
  })

  it('learns of the contract what the caller may know', async () => {
    const { connect } = await start()
    const client = connect({ ...as('eve'), remote: { encoding }, schema: undefined })
    expect((await client.users.list()).data).toHaveLength(2)
    expect(await client.users.count()).toBe(2)
  })

  it('has no other principal', async () => {
    const { connect } = await start()
    const client = connect({ ...as('ada'), remote: { encoding } })
    const refused = { code: 'CAPABILITY_NOT_SUPPORTED' }
    await expect(client.system().users.list()).rejects.toMatchObject(refused)
    await expect(client.as({ user: { id: EVE } }).users.list()).rejects.toMatchObject(refused)
  })
})
