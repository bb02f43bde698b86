// Whether all peers do the same, looked at before anything is timed.
import type { EngineName } from '../engine/engine.ts'
import type { Session } from '../peer/session.ts'
import { reasonOf } from '../report/reason-of.ts'
import type { FullSession, SessionWork } from '../work/work.ts'
import { canonicalAnswer } from './canonical-answer.ts'
import { clean, prepare } from './session-entrant.ts'

/** One is enough of what takes long. */
const callsOf = ({ rounds }: SessionWork): number => (rounds === undefined ? 3 : 1)

export interface OpenPeer {
  readonly name: string
  readonly session: Session
}

export interface Compared<Peer> {
  readonly equal: readonly Peer[]
  /** Why a peer does not take part: it answers otherwise. */
  readonly differing: ReadonlyMap<string, string>
  /** Or it cannot do it on this engine. */
  readonly failing: ReadonlyMap<string, string>
}

/** The first peer's answers are what the others' are held against. */
export async function compareAnswers<Peer extends OpenPeer>(
  work: SessionWork,
  engine: EngineName,
  peers: readonly Peer[],
): Promise<Compared<Peer>> {
  const equal: Peer[] = []
  const differing = new Map<string, string>()
  const failing = new Map<string, string>()
  let expected: string | undefined
  for (const peer of peers) {
    if (peer.session[work.task] === undefined) continue
    try {
      const answer = canonicalAnswer(await answersOf(work, engine, peer.session))
      expected ??= answer
      if (answer === expected) equal.push(peer)
      else
        differing.set(
          peer.name,
          `answers otherwise than ${equal[0]?.name}: ${firstDifference(answer, expected)}`,
        )
    } catch (error) {
      failing.set(peer.name, reasonOf(error))
    }
  }
  return { equal, differing, failing }
}

async function answersOf(work: SessionWork, engine: EngineName, session: Session) {
  const answers: unknown[] = []
  for (let n = 0; n < callsOf(work); n += 1) {
    const input = work.input(n)
    await prepare(work, session, engine, [input])
    const answer = await work.call(session as FullSession, input)
    const shown = work.evidence?.(session as FullSession, input) ?? answer
    answers.push(await shown)
    await clean(work, session)
  }
  return answers
}

function firstDifference(answer: string, expected: string): string {
  let at = 0
  while (answer[at] === expected[at]) at += 1
  const from = Math.max(0, at - 20)
  return `${answer.slice(from, at + 20)} is not ${expected.slice(from, at + 20)}`
}
