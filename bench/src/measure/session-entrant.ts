// A work on one peer's session as something that gives samples: microseconds for one call.
import { insertStatements } from '../data/insert-statements.ts'
import type { EngineName } from '../engine/engine.ts'
import type { Session } from '../peer/session.ts'
import type { Entrant, FullSession, SessionWork } from '../work/work.ts'

export interface Pace {
  /** Milliseconds that a sample should take, so that the clock and the loop do not show. */
  readonly sampleMs: number
  /** Milliseconds of this process's own time before the first sample, for caches and the compiler. */
  readonly warmUpMs: number
  /** Calls as well: the more code a call runs through, the more of them the compiler needs to be done with it. */
  readonly warmUpCalls: number
  readonly warmUpSamples: number
}

const MOST_CALLS = 20_000
/** Times the warm-up's own length. */
const MOST_WAITING = 6

/** Warms up, and finds how many calls a sample has. */
export async function openEntrant(
  name: string,
  work: SessionWork,
  session: Session,
  engine: EngineName,
  { sampleMs, warmUpMs, warmUpCalls, warmUpSamples }: Pace,
): Promise<Entrant> {
  const atOnce = work.inFlight ?? 1
  // Calls of the comparison have the first numbers.
  const first = 1000
  let next = first
  const play = async (calls: number): Promise<number> => {
    const from = next
    next += calls
    const inputs = Array.from({ length: calls }, (_, i) => work.input(from + i))
    await prepare(work, session, engine, inputs)
    const began = performance.now()
    await (atOnce === 1
      ? inTurn(work, session as FullSession, inputs)
      : inFlight(work, session as FullSession, inputs, atOnce))
    const took = performance.now() - began
    await clean(work, session)
    return took / calls
  }
  const began = performance.now()
  const cpu = process.cpuUsage()
  const isWarm = (): boolean => {
    const waited = performance.now() - began
    // A process that others keep from running is no warmer for having waited, but not for ever.
    if (waited >= warmUpMs * MOST_WAITING) return true
    const { user, system } = process.cpuUsage(cpu)
    return (user + system) / 1000 >= warmUpMs && next - first >= warmUpCalls
  }
  let each = await play(atOnce)
  for (let played = 0; played < warmUpSamples || !isWarm(); played += 1)
    each = await play(callsFor(sampleMs, each, atOnce))
  const calls = callsFor(sampleMs, each, atOnce)
  return { name, sample: async () => (await play(calls)) * 1000 }
}

function callsFor(sampleMs: number, each: number, atOnce: number): number {
  const calls = Math.min(MOST_CALLS, Math.max(1, Math.round(sampleMs / each)))
  return Math.ceil(calls / atOnce) * atOnce
}

async function inTurn(
  work: SessionWork,
  session: FullSession,
  inputs: readonly unknown[],
): Promise<void> {
  for (const input of inputs) {
    const answer = work.call(session, input)
    // A driver that answers at once is not made to wait.
    if (isThenable(answer)) await answer
  }
}

async function inFlight(
  work: SessionWork,
  session: FullSession,
  inputs: readonly unknown[],
  atOnce: number,
): Promise<void> {
  const waiting = inputs.values()
  const worker = async (): Promise<void> => {
    for (const input of waiting) await work.call(session, input)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return typeof answer === 'object' && answer !== null && 'then' in answer
}

export async function prepare(
  { stored }: SessionWork,
  session: Session,
  engine: EngineName,
  inputs: readonly unknown[],
): Promise<void> {
  if (stored === undefined) return
  const rows = inputs.map((input) => ({ ...stored(input) }))
  for (const statement of insertStatements(engine, { name: 'posts', rows }))
    await session.execute(statement)
}

export async function clean({ leaves }: SessionWork, session: Session): Promise<void> {
  if (leaves === true) await session.execute(`DELETE FROM posts WHERE id >= 'x'`)
}
