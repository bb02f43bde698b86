// A mutation that is called with an idempotency key: OP-60 to OP-69.
import { afterEach, describe, expect, it } from 'vitest'
import { DBALError } from '../src/index.ts'
import { ADAPTERS, openShop, type Shop } from './open-shop.ts'

const REUSED = {
  code: 'CONFLICT',
  details: { reason: 'this idempotency key was used for another call' },
}
const key = (idempotencyKey: string) => ({ idempotencyKey })

describe.each(ADAPTERS)('a keyed mutation, on %s', (adapter) => {
  let shop: Shop
  const open = async (...config: [Parameters<typeof openShop>[1]?]): Promise<Shop> => {
    shop = await openShop(adapter, ...config)
    return shop
  }
  const count = (): Promise<unknown> => shop.system.items.count({})
  afterEach(() => shop.client.close())

  it('is done once and answered twice (OP-60, R23)', async () => {
    const { ann } = await open()
    const first = await ann.items.create({ sku: 'a', stock: 1 }, key('k'))
    expect(await ann.items.create({ stock: 1, sku: 'a' }, key('k'))).toEqual(first)
    expect(await count()).toBe(1)
    await ann.items.create({ sku: 'b' }, key('l'))
    expect(await count()).toBe(2)
  })

  it('answers the first result of every kind (OP-60)', async () => {
    const { system } = await open()
    const { id } = (await system.items.create({ sku: 'a', stock: 1 })) as { id: string }
    const more = { stock: { increment: 1 } }
    const updated = await system.items.update(id, more, key('1'))
    expect(await system.items.update(id, more, key('1'))).toEqual(updated)
    const restock = { id, count: 1 }
    for (let i = 0; i < 2; i += 1)
      await system.call({ entity: 'Item', action: 'restock', input: restock }, key('2'))
    expect(await system.items.read(id)).toMatchObject({ stock: 3 })
    const many = [{ sku: 'b' }, { sku: 'c' }]
    expect(await system.items.createMany(many, key('3'))).toBe(2)
    expect(await system.items.createMany(many, key('3'))).toBe(2)
    expect(await system.items.delete(id, key('4'))).toBe(true)
    expect(await system.items.delete(id, key('4'))).toBe(true)
    expect(await count()).toBe(2)
  })

  it('is refused where the key stands for another call (OP-62, R18)', async () => {
    const { ann } = await open()
    await ann.items.create({ sku: 'a' }, key('k'))
    await expect(ann.items.create({ sku: 'b' }, key('k'))).rejects.toMatchObject(REUSED)
    expect(await count()).toBe(1)
  })

  it('has a key of its principal alone (OP-61, R20)', async () => {
    const { ann, bob } = await open()
    await ann.items.create({ sku: 'a' }, key('k'))
    await bob.items.create({ sku: 'b' }, key('k'))
    expect(await count()).toBe(2)
  })

  it('fails again as it failed, though it could be done by then (OP-64, R22)', async () => {
    const { ann, system } = await open()
    const { id } = (await system.items.create({ sku: 'a' })) as { id: string }
    const failed = await ann.items.create({ sku: 'a' }, key('k')).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'CONFLICT', details: { conflict: 'unique' } })
    await system.items.delete(id)
    const again = await ann.items.create({ sku: 'a' }, key('k')).catch((error: unknown) => error)
    expect(again).toMatchObject({ code: 'CONFLICT', details: (failed as DBALError).details })
    expect(await count()).toBe(0)
  })

  it('is tried again after a failure that may pass (OP-64, R22)', async () => {
    let calls = 0
    const restock = (): number => {
      calls += 1
      if (calls === 1) throw new DBALError('UNAVAILABLE')
      return calls
    }
    const { system } = await open({ operations: { 'Item.restock': restock } })
    const { id } = (await system.items.create({ sku: 'a' })) as { id: string }
    const call = { entity: 'Item', action: 'restock', input: { id, count: 1 } }
    await expect(system.call(call, key('k'))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await system.call(call, key('k'))
    await system.call(call, key('k'))
    expect(calls).toBe(2)
  })

  it('is answered the primary key of a row that is gone (OP-65, R21)', async () => {
    const { ann, system } = await open()
    const { id } = (await ann.items.create({ sku: 'a' }, key('k'))) as { id: string }
    await system.items.delete(id)
    expect(await ann.items.create({ sku: 'a' }, key('k'))).toEqual({ id })
  })

  it('is done by one of two at the same time (OP-60, R17)', async () => {
    const { ann } = await open()
    for (let i = 0; i < 50; i += 1) {
      const call = () => ann.items.create({ sku: `s${i}` }, key(`k${i}`))
      const [one, other] = await Promise.all([call(), call()])
      expect(other).toEqual(one)
    }
    expect(await count()).toBe(50)
  })

  it('may be called by who may call at all (OP-66)', async () => {
    const { ann, client } = await open()
    await ann.items.create({ sku: 'a' }, key('k'))
    await expect(client.items.create({ sku: 'a' }, key('k'))).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    })
  })

  it('comes and goes with the transaction it is made in (OP-67)', async () => {
    const { ann } = await open()
    const undone = ann.transaction(async (tx) => {
      await tx.items.create({ sku: 'a' }, key('k'))
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    const create = () => ann.transaction((tx) => tx.items.create({ sku: 'a' }, key('k')))
    const first = await create()
    expect(await create()).toEqual(first)
    expect(await count()).toBe(1)
  })

  it('may be a batch, which is done once as a whole (OP-68)', async () => {
    const { ann, system } = await open()
    const batch = [
      { entity: 'Item', action: 'create', input: { sku: 'a' } },
      { entity: 'Item', action: 'count', input: {} },
    ]
    const first = await ann.batch(batch, key('k'))
    expect(first).toEqual([expect.objectContaining({ sku: 'a' }), 1])
    await system.items.create({ sku: 'b' })
    expect(await ann.batch(batch, key('k'))).toEqual([first[0], 2])
    await expect(ann.batch(batch.slice(1), key('k'))).rejects.toMatchObject(REUSED)
    const taken = [
      { entity: 'Item', action: 'create', input: { sku: 'c' } },
      { entity: 'Item', action: 'create', input: { sku: 'a' } },
    ]
    for (let i = 0; i < 2; i += 1)
      await expect(ann.batch(taken, key('l'))).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await count()).toBe(2)
  })

  it('may be a transaction, whose outcome is told later (OP-70)', async () => {
    const { ann, bob } = await open()
    const create = (sku: string) => (tx: typeof ann) => tx.items.create({ sku })
    await ann.transaction(create('a'), key('k'))
    expect(await ann.outcomeOf('k')).toBe('applied')
    await expect(ann.transaction(create('b'), key('k'))).rejects.toMatchObject({
      code: 'CONFLICT',
      details: {
        reason: 'a transaction with this idempotency key was committed, or given up, before',
      },
    })
    expect(await count()).toBe(1)
    // Another principal's is another one.
    expect(await bob.outcomeOf('k')).toBe('none')
    expect(await ann.outcomeOf('k')).toBe('applied')
  })

  it('that is a transaction is not committed after it was found not to be (OP-70)', async () => {
    const { ann } = await open()
    const undone = ann.transaction(async (tx) => {
      await tx.items.create({ sku: 'a' })
      throw new Error('undone')
    }, key('k'))
    await expect(undone).rejects.toThrow('undone')
    expect(await ann.outcomeOf('k')).toBe('none')
    const late = ann.transaction((tx) => tx.items.create({ sku: 'a' }), key('k'))
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await count()).toBe(0)
    expect(await ann.outcomeOf('k')).toBe('none')
    await ann.items.create({ sku: 'b' }, key('l'))
    await expect(ann.outcomeOf('l')).rejects.toMatchObject(REUSED)
  })

  it('that is a transaction stands in no other, and is poisoned like one (OP-70)', async () => {
    const { ann } = await open()
    const nested = ann.transaction((tx) => tx.transaction(async () => 1, key('k')))
    await expect(nested).rejects.toMatchObject({ code: 'VALIDATION_ERROR' })
    const inside = ann.transaction((tx) => tx.outcomeOf('k'))
    await expect(inside).rejects.toMatchObject({ code: 'CAPABILITY_NOT_SUPPORTED' })
    const poisoned = ann.transaction(async (tx) => {
      await tx.items.create({ sku: 5 }).catch(() => undefined)
    }, key('k'))
    await expect(poisoned).rejects.toMatchObject({ code: 'TX_ABORTED' })
    expect(await ann.outcomeOf('k')).toBe('none')
    await expect(ann.outcomeOf('')).rejects.toMatchObject({ code: 'VALIDATION_ERROR' })
  })

  it('may have its key again when its time is over (OP-63, R19)', async () => {
    let hour = 0
    const now = (): Date => new Date(Date.UTC(2026, 0, 1, hour))
    const { system } = await open({ now, idempotency: { retentionHours: 2 } })
    await system.items.create({ sku: 'a' }, key('k'))
    hour = 1
    await expect(system.items.create({ sku: 'b' }, key('k'))).rejects.toMatchObject(REUSED)
    hour = 2
    await system.items.create({ sku: 'b' }, key('k'))
    expect(await count()).toBe(2)
  })

  it('is audited as a replay the second time (AUDIT-24)', async () => {
    const entries: { operation: string; success: boolean }[] = []
    const auditSink = (entry: { operation: string; success: boolean }): void => {
      entries.push(entry)
    }
    const { ann } = await open({ security: { enableAuditLog: true, auditSink } })
    entries.length = 0
    await ann.items.create({ sku: 'a' }, key('k'))
    await ann.items.create({ sku: 'a' }, key('k'))
    expect(entries.map(({ operation }) => operation)).toEqual(['create', 'replay'])
  })
})
