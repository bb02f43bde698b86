// A program played on two stores: the first line on which they differ.
import { DBALClient, type ScopedClient } from '@proj/dbal'
import { decodeInput, encodeResult, type Adapter, type Model } from '@proj/dbal-contract'
import { steppingClock } from '../program/run-program.ts'
import { Transcript } from '../program/transcript.ts'
import { borrowed } from '../targets/closed-with.ts'
import { emptyStore } from '../targets/empty-store.ts'
import { quirkOf } from './quirks.ts'
import type { RandomCall, RandomStep } from './random-program.ts'

class RolledBack extends Error {}

/** What one step came to: `transaction` ends the steps that were told before it. */
export type Told = (
  step: RandomCall | 'transaction',
  answer: { readonly value: unknown } | { readonly error: unknown },
) => void

/** What the program answers on this store, step by step, as text. The store is emptied first. */
export async function answersOf(
  program: readonly RandomStep[],
  model: Model,
  adapter: Adapter,
): Promise<readonly string[]> {
  const transcript = new Transcript()
  await playProgram(program, model, adapter, (step, answer) => {
    const name = step === 'transaction' ? step : `${step.entity}.${step.action}`
    if ('value' in answer)
      transcript.answer(name, name.endsWith('.aggregate') ? rounded(answer.value) : answer.value)
    else if (answer.error instanceof RolledBack) transcript.answer(name, 'rolled back')
    else transcript.failure(name, answer.error)
  })
  return transcript.lines
}

/** Sums and averages of floats hold to 12 digits (AGG-4): the order in which they are added is the engine's. */
function rounded(value: unknown): unknown {
  if (typeof value === 'number')
    return Number(Math.abs(value) < 1 ? value.toFixed(12) : value.toPrecision(12))
  if (Array.isArray(value)) return value.map(rounded)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rounded(inner)]))
}

/** Tells each step when it has ended; one that is undone on purpose ends with an error that is no DBALError. */
export async function playProgram(
  program: readonly RandomStep[],
  model: Model,
  adapter: Adapter,
  tell: Told,
): Promise<void> {
  await emptyStore(adapter, model)
  const client = new DBALClient({ schema: model, adapter: borrowed(adapter), now: steppingClock() })
  const note = async (step: Parameters<Told>[0], act: () => Promise<unknown>): Promise<void> => {
    const answer = await act().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    tell(step, answer)
  }
  const play = (call: RandomCall, on: ScopedClient) => note(call, () => perform(call, model, on))
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

/** Undefined: they agree as far as the target does what it is asked, and as it is known to. */
export function firstDifference(
  expected: readonly string[],
  actual: readonly string[],
  target = '',
): Difference | undefined {
  for (const [step, wanted] of expected.entries()) {
    const found = actual[step] ?? ''
    if (wanted === found) continue
    // What an engine says that it cannot do, it has not touched; from there on the stores differ.
    if (found.includes('"code":"CAPABILITY_NOT_SUPPORTED"')) return undefined
    const quirk = quirkOf(target, wanted, found)
    if (quirk === undefined) return { step, expected: wanted, actual: found }
    if (!quirk.isHarmless) return undefined
  }
  return undefined
}
