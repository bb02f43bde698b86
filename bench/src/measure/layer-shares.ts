// Which part of a call each layer of DBAL takes. Looking makes calls slower, so it is done when everything is timed.
import { traceCalls, tracing } from '@proj/dbal/trace'
import type { Entrant } from '../work/work.ts'

const SAMPLES = 3

/** Shares of the time by layer, which add up to 1. */
export async function layerShares(entrant: Entrant): Promise<Readonly<Record<string, number>>> {
  const sums = new Map<string, number>()
  const trace = traceCalls(({ layers }) => {
    for (const [layer, time] of layers) sums.set(layer, (sums.get(layer) ?? 0) + time)
  })
  tracing.trace = trace
  try {
    for (let taken = 0; taken < SAMPLES; taken += 1) await entrant.sample()
  } finally {
    tracing.trace = undefined
    trace.stop()
  }
  // Calls that a handler makes are told of by themselves.
  sums.delete('calls')
  const total = [...sums.values()].reduce((all, time) => all + time, 0)
  return Object.fromEntries([...sums].map(([layer, time]) => [layer, time / total]))
}
