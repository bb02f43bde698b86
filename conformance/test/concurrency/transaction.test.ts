// What the engine undoes because two transactions cannot both be: told as such, and run again.
import type { ScopedClient } from '@proj/dbal'
import { describe, expect, it } from 'vitest'
import { gate, settled, told, type Answer } from './meet.ts'
import { onServers } from './scene.ts'

const REFUSED = 'SERIALIZATION_CONFLICT retryable'

onServers('transactions', ['docs'], (scene, server) => {
  /** Two transactions, each of which goes on after `first` when the other has got as far. */
  async function together(
    first: (tx: ScopedClient, at: number) => Promise<unknown>,
    then: (tx: ScopedClient, at: number, found: never) => Promise<unknown>,
    options: object,
  ): Promise<{ readonly answers: readonly Answer[]; readonly attempts: number }> {
    const gates = [gate(), gate()] as const
    let attempts = 0
    const run = (on: ScopedClient, at: 0 | 1) =>
      settled(
        on.transaction(async (tx) => {
          attempts += 1
          const found = await first(tx, at)
          gates[at].open()
          await gates[at === 0 ? 1 : 0].passed
          return then(tx, at, found as never)
        }, options),
      )
    const answers = await Promise.all([run(scene.root, 0), run(scene.ann, 1)])
    return { answers, attempts }
  }

  const add = (tx: ScopedClient, id: string) => tx.docs.update(id, { hits: { increment: 1 } })
  const hits = async () => (await scene.rows('docs')).map((row) => row['hits'])

  describe('a deadlock', () => {
    const order = [
      ['1', '2'],
      ['2', '1'],
    ] as const
    const one = (tx: ScopedClient, at: number) => add(tx, order[at]?.[0] ?? '')
    const other = (tx: ScopedClient, at: number) => add(tx, order[at]?.[1] ?? '')

    it('undoes one of the two, who is told to try again (TX-9, ERR-10)', async () => {
      const { answers } = await together(one, other, { retry: false })
      expect(answers.map(told).filter((each) => each === REFUSED)).toHaveLength(1)
      expect(await hits()).toEqual([1, 1, 0])
    })

    it('is tried again by itself (TX-9)', async () => {
      const { answers, attempts } = await together(one, other, {})
      expect(answers.map(told)).toEqual([
        expect.objectContaining({ id: '2' }),
        expect.objectContaining({ id: '1' }),
      ])
      expect([await hits(), attempts]).toEqual([[2, 2, 0], 3])
    })
  })

  describe('a value that both read and then write', () => {
    const read = (tx: ScopedClient) => tx.docs.read('1')
    const write = (tx: ScopedClient, _: number, found: { readonly hits: number }) =>
      tx.docs.update('1', { hits: found.hits + 1 })
    const isolation = 'serializable'

    it('is refused to one at serializable (TX-9, TX-10)', async () => {
      const { answers } = await together(read, write, { isolation, retry: false })
      expect(answers.map(told).filter((each) => each === REFUSED)).toHaveLength(1)
      expect(await hits()).toEqual([1, 0, 0])
    })

    it('is counted twice when tried again (TX-9, TX-10)', async () => {
      const { answers, attempts } = await together(read, write, { isolation })
      expect(answers.map((each) => 'value' in each)).toEqual([true, true])
      expect(await hits()).toEqual([2, 0, 0])
      expect(attempts).toBeGreaterThan(2)
    })

    it('is refused to one at repeatable_read where the engine sees it (TX-9, TX-14)', async () => {
      const options = { isolation: 'repeatable_read', retry: false }
      const { answers } = await together(read, write, options)
      const refused = answers.map(told).filter((each) => each === REFUSED)
      expect(refused).toHaveLength(server === 'postgres' ? 1 : 0)
      expect(await hits()).toEqual([1, 0, 0])
    })

    it('is refused to one by ifVersion at any level (MUT-15, TX-14)', async () => {
      const guarded = (tx: ScopedClient, _: number, found: { hits: number; revision: number }) =>
        tx.docs.update('1', { hits: found.hits + 1 }, { ifVersion: found.revision })
      const { answers } = await together(read, guarded, { retry: false })
      const refused = answers.map(told).filter((each) => each === 'CONFLICT version ifVersion')
      expect(refused).toHaveLength(1)
      expect(await hits()).toEqual([1, 0, 0])
    })
  })

  it('a transaction that was refused stores nothing of its writes before (TX-2, TX-9)', async () => {
    const first = async (tx: ScopedClient, at: number) => {
      await tx.docs.create({ id: `n${at}`, ownerId: 'ann' })
      return add(tx, at === 0 ? '1' : '2')
    }
    const then = (tx: ScopedClient, at: number) => add(tx, at === 0 ? '2' : '1')
    const { answers } = await together(first, then, { retry: false })
    const lost = answers.findIndex((each) => told(each) === REFUSED)
    expect([0, 1]).toContain(lost)
    expect((await scene.rows('docs')).map(({ id }) => id)).toEqual(['1', '2', '3', `n${1 - lost}`])
  })
})
