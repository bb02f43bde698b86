// Rounds in which every entrant is measured once, so that what disturbs the machine disturbs all alike.
import type { Entrant } from '../work/work.ts'

export interface InterleaveOptions {
  readonly rounds: number
  readonly signal: AbortSignal
  readonly onRound: (round: number) => void
}

/** Figures by entrant. The first of a round is another one each time. */
export async function interleave(
  entrants: readonly Entrant[],
  { rounds, signal, onRound }: InterleaveOptions,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const figures = new Map<string, number[]>(entrants.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    onRound(round)
    const first = round % entrants.length
    for (const entrant of [...entrants.slice(first), ...entrants.slice(0, first)]) {
      signal.throwIfAborted()
      figures.get(entrant.name)?.push(await entrant.sample())
    }
  }
  return figures
}
