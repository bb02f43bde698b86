// CAP-12: what is given up is stopped in the engine while it runs; without that, before its next statement.
import { isDBALError, type Adapter } from '@proj/dbal-contract'
import type { ScopedClient } from '@proj/dbal'
import { demand, papersOf, PATIENCE_MS, type Probe } from './probe.ts'

export const statementCancel: Probe = async ({ adapter, system }) => {
  const { features, singleConnection } = adapter.capabilities
  await papersOf(system).createMany([{ id: 'a' }, { id: 'b' }])
  await betweenStatements(system)
  if (!features.has('statement_cancel')) return
  if (singleConnection) await atWork(system)
  else await atLocks(adapter, system)
}

async function betweenStatements(system: ScopedClient): Promise<void> {
  const stop = new AbortController()
  const code = await codeOf(
    system.transaction(
      async (tx) => {
        await papersOf(tx).update('a', { note: 'late' })
        stop.abort()
        await papersOf(tx).update('b', { note: 'late' })
      },
      { signal: stop.signal, retry: false },
    ),
  )
  demand(code === 'CANCELLED', `a transaction that is given up answers ${code}`)
  await demandNothingMade(system)
}

/** More than a pool has connections, so that one which goes on waiting is missed. */
const GIVEN_UP = 12

/** Writes that wait for a row: their connections are free again while it is still held. */
async function atLocks(adapter: Adapter, system: ScopedClient): Promise<void> {
  await system.transaction(
    async (tx) => {
      await papersOf(tx).update('a', { text: 'held' })
      for (let n = 0; n < GIVEN_UP; n += 1) {
        const stop = new AbortController()
        const late = papersOf(system).update('a', { note: 'late' }, { signal: stop.signal })
        const answered = codeOf(late)
        // By then it has reached the server, which each of these asks as well.
        for (let asked = 0; asked < 3; asked += 1) await papersOf(tx).read('a')
        stop.abort()
        const code = await answered
        demand(code === 'CANCELLED', `a write that is given up answers ${code}`)
      }
      const code = await codeOf(papersOf(system).read('b', {}, { timeoutMs: PATIENCE_MS }))
      demand(code === 'nothing wrong', `after writes that were given up a read answers ${code}`)
      await stopped(adapter)
    },
    { timeoutMs: 3 * PATIENCE_MS, retry: false },
  )
  await demandNothingMade(system)
}

/** Who gives up is answered at once; in the server a write is over when its connection is free again. */
async function stopped({ pool }: Adapter): Promise<void> {
  const began = performance.now()
  while ((pool?.().inUse ?? 0) > 1) {
    const isLate = performance.now() - began > PATIENCE_MS
    demand(!isLate, 'a write that is given up keeps its connection')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const ROWS = 10_000
const BATCHES = 3
const TEXT = 'a'.repeat(20)
/** Every place of each letter is tried before it is known that none fits: many times as long as `PATIENCE_MS`. */
const ENDLESS = { text: { like: '%a%a%a%a%a%a%b' } }

/** A write that takes far longer than anybody waits: given up, it is over, and the next one gets its turn. */
async function atWork(system: ScopedClient): Promise<void> {
  const papers = papersOf(system)
  for (let batch = 0; batch < BATCHES; batch += 1)
    await papers.createMany(
      Array.from({ length: ROWS }, (_, n) => ({ id: `n${batch}.${n}`, text: TEXT })),
    )
  const stop = new AbortController()
  const late = papers.updateMany(ENDLESS, { note: 'late' }, { signal: stop.signal })
  setImmediate(() => stop.abort())
  const code = await codeOf(late)
  demand(code === 'CANCELLED', `a write that is given up answers ${code}`)
  const next = await codeOf(papers.update('a', { text: 'next' }, { timeoutMs: PATIENCE_MS }))
  demand(next === 'nothing wrong', `after a write that was given up another answers ${next}`)
  await demandNothingMade(system)
}

async function demandNothingMade(system: ScopedClient): Promise<void> {
  const made = await papersOf(system).count({ note: 'late' })
  demand(made === 0, `${made} rows are as a write wanted them that was given up`)
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
    return 'nothing wrong'
  } catch (error) {
    if (isDBALError(error)) return error.code
    throw error
  }
}
