// A program played on two stores: the first line on which they differ.
import { DBALClient, type ScopedClient } from '@proj/dbal'
import { decodeInput, encodeResult, type Adapter, type Model } from '@proj/dbal-contract'
import { steppingClock } from '../program/run-program.ts'
import { Transcript } from '../program/transcript.ts'
import { borrowed } from '../targets/closed-with.ts'
import { emptyStore } from '../targets/empty-store.ts'
import {
  addedFloats,
  boundsOf,
  isNear,
  takeOut,
  type Bounds,
  type Inexact,
} from './float-aggregates.ts'
import { quirkOf } from './quirks.ts'
import type { RandomCall, RandomStep } from './random-program.ts'

class RolledBack extends Error {}

export type Answer =
  | {
      readonly value: unknown
      /** Of an aggregate: how far its sums of floats may be off, by field. */
      readonly bounds?: Bounds | undefined
    }
  | { readonly error: unknown }

/** What one step came to: `transaction` ends the steps that were told before it. */
export type Told = (step: RandomCall | 'transaction', answer: Answer) => void

/** What a step answered. */
export interface Line {
  /** Equal byte for byte where two stores agree. */
  readonly text: string
  /** What stands as `~` in it. */
  readonly inexact: readonly Inexact[]
}

/** What the program answers on this store, step by step. The store is emptied first. */
export async function answersOf(
  program: readonly RandomStep[],
  model: Model,
  adapter: Adapter,
): Promise<readonly Line[]> {
  const transcript = new Transcript()
  const taken = new Map<number, readonly Inexact[]>()
  await playProgram(program, model, adapter, (step, answer) => {
    const name = step === 'transaction' ? step : `${step.entity}.${step.action}`
    if ('value' in answer) {
      const { exact, inexact } =
        answer.bounds === undefined
          ? { exact: answer.value, inexact: [] }
          : takeOut(answer.value, answer.bounds)
      taken.set(transcript.lines.length, inexact)
      transcript.answer(name, exact)
    } else if (answer.error instanceof RolledBack) transcript.answer(name, 'rolled back')
    else transcript.failure(name, answer.error)
  })
  return transcript.lines.map((text, n) => ({ text, inexact: taken.get(n) ?? [] }))
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
  const note = async (step: Parameters<Told>[0], act: () => Promise<Answer>): Promise<void> =>
    tell(step, await act().catch((error: unknown) => ({ error })))
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
      await note('transaction', async () => ({
        value: await client.system().transaction(work, { retry: false }),
      }))
    }
  } finally {
    await client.close()
  }
}

async function perform(
  { entity, action, input }: RandomCall,
  model: Model,
  on: ScopedClient,
): Promise<Answer> {
  const target = model.entities.get(entity)
  const operation = target?.operations.get(action)
  if (target === undefined || operation === undefined)
    throw new RangeError(`there is no ${entity}.${action}`)
  const decoded = decodeInput(model, target, operation, input)
  const answer = await on.call({ entity, action, input: decoded })
  const value = encodeResult(model, entity, operation, answer)
  const added = action === 'aggregate' ? addedFloats(target, input) : []
  if (added.length === 0) return { value }
  const { filter } = decoded
  const select = { ...(filter === undefined ? {} : { filter }), select: added, limit: MOST_ROWS }
  const rows = (await on.call({ entity, action: 'list', input: select })) as Rows
  return { value, bounds: boundsOf(added, rows.data) }
}

interface Rows {
  readonly data: readonly Readonly<Record<string, unknown>>[]
}

/** No program stores as many. */
const MOST_ROWS = 100

export interface Difference {
  readonly step: number
  readonly expected: string
  readonly actual: string
}

/** What a program was played on, so far as it has quirks. */
export interface Played {
  readonly target: string
  readonly model: Model
}

/** Undefined: they agree as far as the target does what it is asked, and as it is known to. */
export function firstDifference(
  expected: readonly Line[],
  actual: readonly Line[],
  on?: Played,
): Difference | undefined {
  for (const [step, wanted] of expected.entries()) {
    const found = actual[step] ?? { text: '', inexact: [] }
    if (wanted.text === found.text) {
      if (wanted.inexact.every((each, n) => isNear(each, found.inexact[n] as Inexact))) continue
      return { step, expected: printed(wanted), actual: printed(found) }
    }
    // What an engine says that it cannot do, it has not touched; from there on the stores differ.
    if (found.text.includes('"code":"CAPABILITY_NOT_SUPPORTED"')) return undefined
    if (on !== undefined && quirkOf(on.target, on.model, wanted.text, found.text) !== undefined)
      return undefined
    return { step, expected: printed(wanted), actual: printed(found) }
  }
  return undefined
}

function printed({ text, inexact }: Line): string {
  const values = inexact.map(({ value }) => String(value))
  return text.replaceAll('"~"', () => values.shift() ?? '~')
}
