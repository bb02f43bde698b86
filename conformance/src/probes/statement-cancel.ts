// CAP-12: what is given up is stopped in the engine while it runs; without that, before its next statement.
import { isDBALError } from '@proj/dbal-contract'
import type { ScopedClient } from '@proj/dbal'
import { demand, papersOf, PATIENCE_MS, type Probe } from './probe.ts'

export const statementCancel: Probe = async ({ adapter, system }) => {
  const { features, singleConnection } = adapter.capabilities
  await papersOf(system).createMany([{ id: 'a' }, { id: 'b' }])
  await betweenStatements(system)
  if (!features.has('statement_cancel')) return
  if (singleConnection) await atWork(system)
  else await atLocks(system)
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
async function atLocks(system: ScopedClient): Promise<void> {
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
    },
    { timeoutMs: 3 * PATIENCE_MS, retry: false },
  )
  await demandNothingMade(system)
}

const ROWS = 10_000
const TEXT = 'a'.repeat(20)
/** Every place of each letter is tried before it is known that none fits. */
const SLOW = { text: { like: '%a%a%a%b' } }

/** A write that takes its time: given up, it is over in far less than that. */
async function atWork(system: ScopedClient): Promise<void> {
  const papers = papersOf(system)
  await papers.createMany(Array.from({ length: ROWS }, (_, n) => ({ id: `n${n}`, text: TEXT })))
  const late = { note: 'late' }
  const whole = await timeOf(() => papers.updateMany(SLOW, late))
  let given = Number.POSITIVE_INFINITY
  // Other work on the machine can hold up one of them, not each.
  for (let attempt = 0; attempt < 3 && given > whole / 2; attempt += 1)
    given = await timeOf(async () => {
      const stop = new AbortController()
      setImmediate(() => stop.abort())
      const code = await codeOf(papers.updateMany(SLOW, late, { signal: stop.signal }))
      demand(code === 'CANCELLED', `a write that is given up answers ${code}`)
      await papers.update('a', { text: 'next' })
    })
  demand(given <= whole / 2, `given up, ${whole} ms of work take ${given} ms`)
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

async function timeOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return Math.round(performance.now() - began)
}
