// The answer to a commit that is lost: what became of the transaction is found out by its key.
import type { ClientConfig, DBALClient } from '@proj/dbal'
import { describe, expect, it } from 'vitest'
import { loadEncoding, openLoopback, type Payload, type Wire } from '../src/index.ts'
import { connect, NOTE, start } from './scene.ts'
import type { Served } from './serve.ts'

type Side = 'request' | 'answer'

/** A client whose first connection is lost with a commit, or with its answer. */
function connectTo(
  { server }: Served,
  lostSide: Side,
  remote: ClientConfig['remote'] = {},
): DBALClient {
  let isLost = false
  const losing = (wire: Wire, holds: (text: string) => boolean): Wire => ({
    encoding: wire.encoding,
    listen: (events) => wire.listen(events),
    get buffered() {
      return wire.buffered
    },
    send: (payload: Payload) => {
      if (isLost || !holds(String(payload))) return wire.send(payload)
      isLost = true
      wire.terminate()
    },
    pause: () => wire.pause(),
    resume: () => wire.resume(),
    close: (code, reason) => wire.close(code, reason),
    terminate: () => wire.terminate(),
  })
  let commitId: string | undefined
  const isCommit = (text: string): boolean => {
    if (!text.includes('"dbal.commit"')) return false
    commitId = /"id":(\d+)/.exec(text)?.[1]
    return lostSide === 'request'
  }
  const isAnswer = (text: string): boolean =>
    commitId !== undefined && text.includes(`"id":${commitId},"result"`)
  const open = async (): Promise<Wire> => {
    const [near, far] = openLoopback(await loadEncoding('json'))
    server.accept(losing(far, isAnswer))
    return losing(near, isCommit)
  }
  return connect(open, remote)
}

describe('a commit whose answer is lost (R16)', () => {
  it('is found to be done, and the transaction answers', async () => {
    const served = await start()
    const client = connectTo(served, 'answer')
    const created = await client.transaction((tx) => tx.notes.create(NOTE))
    expect(created).toMatchObject(NOTE)
    expect(await served.client.system().notes.count()).toBe(1)
  })

  it('is TX_LOST where it never came, and never comes', async () => {
    const served = await start()
    const client = connectTo(served, 'request')
    await expect(client.transaction((tx) => tx.notes.create(NOTE))).rejects.toMatchObject({
      code: 'TX_LOST',
      outcome: 'none',
    })
    expect(await served.client.system().notes.count()).toBe(0)
  })

  it('is told to who gave the key', async () => {
    const served = await start()
    const client = connectTo(served, 'answer')
    const options = { idempotencyKey: 'mine' }
    await client.transaction((tx) => tx.notes.create(NOTE), options)
    expect(await client.outcomeOf('mine')).toBe('applied')
    await expect(client.transaction((tx) => tx.notes.create(NOTE), options)).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    expect(await client.outcomeOf('another')).toBe('none')
    expect(await served.client.system().notes.count()).toBe(1)
  })

  it('stays unknown without a key', async () => {
    const client = connectTo(await start(), 'answer', { keys: 'explicit' })
    await expect(client.transaction((tx) => tx.notes.create(NOTE))).rejects.toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      outcome: 'unknown',
    })
  })
})
