// A program played on two stores: the first line on which they differ.
import { DBALClient, type ScopedClient } from '@proj/dbal'
import { decodeInput, encodeResult, type Adapter, type Model } from '@proj/dbal-contract'
import { steppingClock } from '../program/run-program.ts'
import { Transcript } from '../program/transcript.ts'
import { borrowed } from '../targets/closed-with.ts'
import { emptyStore } from '../targets/empty-store.ts'
import type { RandomCall, RandomStep } from './random-program.ts'

class RolledBack extends Error {}

/** What the program answers on this store, step by step. The store is emptied first. */
export async function answersOf(
  program: readonly RandomStep[],
  model: Model,
  adapter: Adapter,
): Promise<readonly string[]> {
  await emptyStore(adapter, model)
  const client = new DBALClient({ schema: model, adapter: borrowed(adapter), now: steppingClock() })
  const transcript = new Transcript()
  const note = async (name: string, act: () => Promise<unknown>): Promise<void> => {
    try {
      transcript.answer(name, await act())
    } catch (error) {
      if (error instanceof RolledBack) transcript.answer(name, 'rolled back')
      else transcript.failure(name, error)
    }
  }
  const play = (call: RandomCall, on: ScopedClient) =>
    note(`${call.entity}.${call.action}`, () => perform(call, model, on))
  try {
    for (const step of program) {
      if (!('transaction' in step)) {
        await play(step, client.system())
        continue
      }
      const work = async (tx: ScopedClient): Promise<void> => {
        for (const call of step.transaction) await play(call, tx)
        if (step.rollback) throw new RolledBack()
      }
      await note('transaction', () => client.system().transaction(work, { retry: false }))
    }
    return transcript.lines
  } finally {
    await client.close()
  }
}

async function perform({ entity, action, input }: RandomCall, model: Model, on: ScopedClient) {
  const target = model.entities.get(entity)
  const operation = target?.operations.get(action)
  if (target === undefined || operation === undefined)
    throw new RangeError(`there is no ${entity}.${action}`)
  const decoded = decodeInput(model, target, operation, input)
  const answer = await on.call({ entity, action, input: decoded })
  return encodeResult(model, entity, operation, answer)
}

export interface Difference {
  readonly step: number
  readonly expected: string
  readonly actual: string
}

export function firstDifference(
  expected: readonly string[],
  actual: readonly string[],
): Difference | undefined {
  const step = expected.findIndex((line, n) => line !== actual[n])
  // What an engine says that it cannot do, it has not touched; from there on the stores differ.
  if (step < 0 || actual[step]?.includes('"code":"CAPABILITY_NOT_SUPPORTED"')) return undefined
  return { step, expected: expected[step] ?? '', actual: actual[step] ?? '' }
}
