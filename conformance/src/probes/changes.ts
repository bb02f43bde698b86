// CAP-14: who subscribes is told what is there, and what comes.
import { demand, papersOf, PATIENCE_MS, type Probe } from './probe.ts'

export const changes: Probe = async ({ system }) => {
  await papersOf(system).create({ id: 'a' })
  const options = { signal: AbortSignal.timeout(PATIENCE_MS) }
  const events = system.subscribe('Paper', { select: ['id'] }, options)
  try {
    const first = await events.next()
    await papersOf(system).create({ id: 'b' })
    const second = await events.next()
    const told = JSON.stringify([first, second].map(({ value }) => shown(value)))
    demand(told === '[["snapshot",1],["entered","b"]]', `a subscriber is told ${told}`)
  } finally {
    await events.return?.()
  }
}

function shown(event: unknown): unknown {
  const { type, rows, row } = event as { type: string; rows?: unknown[]; row?: { id: unknown } }
  return [type, rows?.length ?? row?.id]
}
