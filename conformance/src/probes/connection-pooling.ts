// CAP-18: transactions are open side by side; on one connection they come one after the other.
import { demand, papersOf, PATIENCE_MS, type Probe } from './probe.ts'

export const connectionPooling: Probe = async ({ adapter, system }) => {
  const isPooled = adapter.capabilities.features.has('connection_pooling')
  await papersOf(system).createMany([{ id: 'a' }, { id: 'b' }])
  const said: string[] = []
  const bothBegan = signal()
  const open = (id: string): Promise<void> =>
    system.transaction(
      async (tx) => {
        await papersOf(tx).update(id, { note: 'taken' })
        said.push(`${id} began`)
        if (said.length === 2) bothBegan.fire()
        // Were there one connection, the other one could not begin while this one is open.
        if (isPooled) await bothBegan.fired
        await papersOf(tx).read(id)
        said.push(`${id} ends`)
      },
      { timeoutMs: PATIENCE_MS, retry: false },
    )
  await Promise.all([open('a'), open('b')])
  const order = said.map((each) => each.split(' ')[1]).join(' ')
  const wanted = isPooled ? 'began began ends ends' : 'began ends began ends'
  demand(order === wanted, `two transactions at once: ${said.join(', ')}`)
}

function signal() {
  let fire: () => void = () => undefined
  const fired = new Promise<void>((resolve) => (fire = resolve))
  return { fire: () => fire(), fired }
}
