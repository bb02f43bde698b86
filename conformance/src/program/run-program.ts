import type { DBALClient } from '@proj/dbal'
import { Transcript } from './transcript.ts'

/** What earlier steps left for later ones. */
export type Notes = Map<string, unknown>

export interface Step {
  readonly name: string
  readonly run: (client: DBALClient, notes: Notes) => unknown
}

/** Steps run one after the other; each may fail, which is an observation like any other. */
export async function runProgram(client: DBALClient, steps: readonly Step[]): Promise<Transcript> {
  const transcript = new Transcript()
  const notes: Notes = new Map()
  for (const { name, run } of steps) {
    try {
      const answer: unknown = await run(client, notes)
      transcript.answer(name, answer)
    } catch (error) {
      transcript.failure(name, error)
    }
  }
  return transcript
}

/** A clock that starts at a fixed moment and steps a second each time it is read. */
export function steppingClock(start = Date.UTC(2026, 0, 1)): () => Date {
  let now = start
  return () => {
    now += 1000
    return new Date(now)
  }
}
