// Reads by a key that are made in one turn of the event loop and differ in the key only are one statement. Each call
// is answered as if it had run alone, and where that is in doubt it does. What can go together is left to
// plan/point-read.ts.
import {
  abortError,
  CallSignal,
  type Params,
  type QueryResult,
  type StopSignal,
} from '@proj/dbal-contract'
import type { SqlSession } from '../driver/driver.ts'
import { runTogether } from '../execute/run-together.ts'
import { groupCalls } from '../plan/group-calls.ts'
import type { QueryPlan } from '../plan/plan.ts'
import type { PointKey } from '../plan/point-read.ts'

/** As many as a list has placeholders. */
const MAX_CALLS = 256

interface Waiting {
  readonly session: SqlSession
  readonly params: Params
  readonly signal: StopSignal | undefined
  resolve(result: QueryResult | Promise<QueryResult>): void
  reject(error: unknown): void
}

export interface ReadBatcher {
  /** Calls on another session never share a statement with this one. */
  run(
    session: SqlSession,
    plan: QueryPlan,
    params: Params,
    signal: StopSignal | undefined,
  ): Promise<QueryResult>
  /** Sends what waits for the turn to end. */
  flush(): void
}

export function createReadBatcher(): ReadBatcher {
  const waiting = new Map<QueryPlan, Waiting[]>()

  const send = (plan: QueryPlan): void => {
    const calls = waiting.get(plan)
    waiting.delete(plan)
    const [first] = calls ?? []
    if (calls === undefined || first === undefined) return
    if (calls.length === 1) return runAlone(first.session, plan, first)
    for (const session of new Set(calls.map((call) => call.session)))
      answer(
        session,
        plan,
        calls.filter((call) => call.session === session),
      )
  }

  return {
    run: (session, plan, params, signal) =>
      new Promise((resolve, reject) => {
        const call = { session, params, signal, resolve, reject }
        const others = waiting.get(plan)
        if (others !== undefined) {
          others.push(call)
          return
        }
        waiting.set(plan, [call])
        // After all promises that are settled by now, and before the loop goes on: calls of one turn are here by
        // then, however many layers they came through, and one alone has lost no time.
        process.nextTick(send, plan)
      }),
    flush: () => [...waiting.keys()].forEach(send),
  }
}

function answer(session: SqlSession, plan: QueryPlan, calls: readonly Waiting[]): void {
  const { pointKeys } = plan
  const alone = (call: Waiting): void => runAlone(session, plan, call)
  if (pointKeys === undefined || calls.length === 1) return calls.forEach(alone)
  for (const { key, calls: group } of groupCalls(pointKeys, calls.filter(isPresent))) {
    for (let from = 0; from < group.length; from += MAX_CALLS) {
      const part = group.slice(from, from + MAX_CALLS)
      if (part.length === 1) part.forEach(alone)
      else void runGroup(session, key, part, alone)
    }
  }
}

function runAlone(session: SqlSession, plan: QueryPlan, call: Waiting): void {
  try {
    const { params, signal } = call
    call.resolve(plan.run({ session, params, signal }))
  } catch (error) {
    call.reject(error)
  }
}

/** Never rejects: what fails in company runs alone, and has a result or an error of its own. */
async function runGroup(
  session: SqlSession,
  key: PointKey,
  calls: readonly Waiting[],
  alone: (call: Waiting) => void,
): Promise<void> {
  const company = keepCompany(calls)
  try {
    const params = calls.map((call) => call.params)
    const resultOf = await runTogether(session, key, params, company.signal)
    for (const call of calls.filter(isPresent)) {
      try {
        call.resolve(resultOf(call.params))
      } catch {
        alone(call)
      }
    }
  } catch {
    calls.filter(isPresent).forEach(alone)
  } finally {
    company.part()
  }
}

/** False of one whose caller has gone, who is told so. */
function isPresent({ signal, reject }: Waiting): boolean {
  const error = abortError(signal)
  if (error !== undefined) reject(error)
  return error === undefined
}

interface Company {
  /** Aborted when the last of them has gone. */
  readonly signal: StopSignal
  part(): void
}

/** Lets each go as soon as its own signal is aborted. */
function keepCompany(calls: readonly Waiting[]): Company {
  const stop = new CallSignal()
  let left = calls.length
  const listeners = calls.map((call) => {
    const leave = (): void => {
      isPresent(call)
      left -= 1
      if (left === 0) stop.abort(call.signal?.reason)
    }
    call.signal?.addEventListener('abort', leave, { once: true })
    return () => call.signal?.removeEventListener('abort', leave)
  })
  return { signal: stop, part: () => listeners.forEach((stopListening) => stopListening()) }
}
