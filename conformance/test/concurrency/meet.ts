// Two operations brought together without a clock: one is held open until the engine says that the other waits for it.
import { isDBALError } from '@proj/dbal-contract'
import type { ScopedClient } from '@proj/dbal'
import type { Pair } from './servers.ts'

export type Answer = { readonly value: unknown } | { readonly error: unknown }

type Work = (tx: ScopedClient) => Promise<unknown>

class Undone extends Error {}

export interface Ending {
  readonly end?: 'commit' | 'roll back'
  /** Done by the first transaction when the second operation waits. */
  readonly last?: Work
}

/**
 * `holds` runs in a transaction of the first client, which stays open; then `waits` starts and must wait
 * for it; then the transaction ends. Answers what `waits` answered. Throws where it did not wait.
 */
export async function meet(
  pair: Pair,
  holds: Work,
  waits: () => Promise<unknown>,
  { end = 'commit', last = () => Promise.resolve() }: Ending = {},
): Promise<Answer> {
  const held = await hold(pair, holds, last)
  const answer = settled(waits())
  try {
    await untilWaiting(pair, answer)
  } finally {
    await held.end(end)
  }
  return answer
}

interface Held {
  end(how: 'commit' | 'roll back'): Promise<void>
}

/** A transaction of the system principal on the first client, done with `work` and still open. */
export async function hold(
  { first }: Pick<Pair, 'first'>,
  work: Work,
  last: Work = () => Promise.resolve(),
): Promise<Held> {
  const done = gate()
  const ending = gate<'commit' | 'roll back'>()
  const transaction = first.system().transaction(
    async (tx) => {
      await work(tx)
      done.open()
      const how = await ending.passed
      await last(tx)
      if (how === 'roll back') throw new Undone()
    },
    { retry: false },
  )
  await Promise.race([done.passed, transaction])
  return {
    end: async (how) => {
      ending.open(how)
      await transaction.catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error
      })
    },
  }
}

/** Until the engine says that a connection waits; the answer may not come before. */
export async function untilWaiting(pair: Pair, answer: Promise<Answer>): Promise<void> {
  let early: Answer | undefined
  void answer.then((found) => (early = found))
  while ((await pair.waiting()) === 0)
    if (early !== undefined) throw new Error(`it did not wait: ${JSON.stringify(told(early))}`)
}

/** Until the engine says that no connection waits any more. */
export async function untilFree(pair: Pair): Promise<void> {
  let waiting = await pair.waiting()
  while (waiting > 0) waiting = await pair.waiting()
}

export function settled(work: Promise<unknown>): Promise<Answer> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
}

/** What a caller is told: the value, or the code and the details of the error. */
export function told(answer: Answer): unknown {
  if ('value' in answer) return answer.value
  const { error } = answer
  if (!isDBALError(error)) throw error
  const { conflict, fields } = error.details ?? {}
  const names = fields?.map(({ field }) => field)
  const parts = [error.code, conflict, names?.join(), error.retryable ? 'retryable' : undefined]
  return parts.filter((part) => part !== undefined).join(' ')
}

export function gate<T = void>(): { readonly passed: Promise<T>; open(value: T): void } {
  let open: (value: T) => void = () => undefined
  const passed = new Promise<T>((resolve) => (open = resolve))
  return { passed, open }
}
