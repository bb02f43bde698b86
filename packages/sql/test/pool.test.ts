import { DBALError } from '@proj/dbal-contract'
import { describe, expect, it } from 'vitest'
import { createPool } from '../src/driver/pool.ts'

interface Thing {
  readonly id: number
  closed: boolean
}

function things(size: number) {
  const made: Thing[] = []
  const pool = createPool<Thing>({
    size,
    open: () => {
      const thing = { id: made.length, closed: false }
      made.push(thing)
      return thing
    },
    close: (thing) => {
      thing.closed = true
    },
  })
  return { pool, made }
}

describe('pool', () => {
  it('opens what it needs, at most its size, and serves waiters in order', async () => {
    const { pool, made } = things(2)
    const [first, second] = await Promise.all([pool.acquire(), pool.acquire()])
    const order: string[] = []
    const third = pool.acquire().then((lease) => (order.push('third'), lease))
    const fourth = pool.acquire().then((lease) => (order.push('fourth'), lease))
    first.release()
    second.release()
    await Promise.all([third, fourth])
    expect(order).toEqual(['third', 'fourth'])
    expect(made).toHaveLength(2)
  })

  it('gives a resource back once', async () => {
    const { pool } = things(1)
    const lease = await pool.acquire()
    lease.release()
    lease.release()
    lease.discard()
    const again = await pool.acquire()
    expect(again.resource.closed).toBe(false)
    const waiting = pool.acquire()
    again.release()
    expect((await waiting).resource.id).toBe(0)
  })

  it('replaces a discarded resource', async () => {
    const { pool, made } = things(1)
    const lease = await pool.acquire()
    lease.discard()
    expect((await pool.acquire()).resource.id).toBe(1)
    expect(made[0]?.closed).toBe(true)
  })

  it('lets a waiter go with the reason of its signal and forgets it', async () => {
    const { pool } = things(1)
    const lease = await pool.acquire()
    const controller = new AbortController()
    const waiting = pool.acquire(controller.signal)
    const next = pool.acquire()
    const reason = new DBALError('TIMEOUT')
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)
    lease.release()
    await expect(next).resolves.toBeDefined()
    await expect(pool.acquire(controller.signal)).rejects.toBe(reason)
  })

  it('frees the place of a resource that does not open, and keeps one that opens too late', async () => {
    let open: (value: string) => void = () => undefined
    let calls = 0
    const pool = createPool<string>({
      size: 1,
      open: () => {
        calls += 1
        if (calls === 1) throw new Error('refused')
        return new Promise((resolve) => (open = resolve))
      },
      close: () => undefined,
    })
    await expect(pool.acquire()).rejects.toThrow('refused')
    const controller = new AbortController()
    const impatient = pool.acquire(controller.signal)
    const patient = pool.acquire()
    controller.abort(new DBALError('TIMEOUT'))
    await expect(impatient).rejects.toMatchObject({ code: 'TIMEOUT' })
    open('late')
    expect((await patient).resource).toBe('late')
    expect(calls).toBe(2)
  })

  it('closes after those that hold a resource, and refuses all others', async () => {
    const { pool, made } = things(1)
    const lease = await pool.acquire()
    const waiting = pool.acquire()
    const closing = pool.close()
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await expect(pool.acquire()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    expect(made[0]?.closed).toBe(false)
    lease.release()
    await closing
    expect(made[0]?.closed).toBe(true)
    await pool.close()
  })
})
