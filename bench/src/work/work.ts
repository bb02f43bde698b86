// What is measured. A session work is played on the sessions of several peers; a process work looks at
// programs as a whole.
import type { Post } from '../data/posts.ts'
import type { EngineName } from '../engine/engine.ts'
import type { Session, Task } from '../peer/session.ts'

/** A session that can do all tasks; which a peer cannot do is asked before. */
export type FullSession = Required<Session>

interface Works<Input> {
  readonly name: string
  readonly task: Task
  readonly engines: readonly EngineName[]
  /** Fewer than the run has, for calls that take long. */
  readonly rounds?: number
  /** Calls under way at a time; one unless given. */
  readonly inFlight?: number
  /** Needs the rows of the table of sales. */
  readonly sales?: boolean
  /** Of the n-th call; made before the clock starts. */
  input(n: number): Input
  call(session: FullSession, input: Input): unknown
  /** What of the input must be stored before the call; never timed. */
  stored?(input: Input): Post
  /** Whether calls leave posts behind, which go after each sample. */
  readonly leaves?: boolean
  /** What must be the same for all peers after the call, where the answer itself may differ. */
  evidence?(session: FullSession, input: Input): unknown
}

/** A work whose input nobody but itself looks into. */
export type SessionWork = Works<unknown>

export function sessionWork<Input>(work: Works<Input>): SessionWork {
  return work
}

export interface Entrant {
  readonly name: string
  /** One measurement, in the work's unit. */
  sample(): Promise<number>
}

export interface ProcessWork {
  readonly name: string
  readonly says: string
  readonly unit: 'ms' | 'µs' | 'KiB'
  readonly rounds: number
  /** `quick`: as little as shows that it runs. */
  open(quick: boolean): Promise<readonly Entrant[]>
}
