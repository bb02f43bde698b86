// Many who look on at once, at a daemon of their own process: what it weighs, and whether each of them hears of a
// change. Each subscription is another query, so that no two share what the daemon holds for them.
// DBAL_TEST_CONNECTIONS and DBAL_TEST_SUBSCRIPTIONS ask for more of them.
import { DBALClient } from '@proj/dbal'
import { loadWorkspace } from '@proj/dbal-schema'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dbal, folderWith } from './run-dbal.ts'

const CONNECTIONS = Number(process.env['DBAL_TEST_CONNECTIONS'] ?? 20)
const SUBSCRIPTIONS = Number(process.env['DBAL_TEST_SUBSCRIPTIONS'] ?? 10 * CONNECTIONS)
const MIB = 1024 * 1024
/** Of the daemon's memory, whatever the number. */
const MOST_BYTES = 512 * MIB
const AT_ONCE = 50

const NOTE = `entity: Note
fields:
  id: { type: integer, primary: true }
  text: { type: string, required: true }
acl:
  create: { public: true }
  list: { public: true }
`

interface Event {
  readonly type: string
  readonly row?: { readonly id: number }
}

test(
  `${CONNECTIONS} connections with ${SUBSCRIPTIONS} subscriptions fit into 512 MiB`,
  { timeout: 1_200_000 },
  async () => {
    const cwd = folderWith({
      'dbal/entities/note.yaml': NOTE,
      'dbal.config.yaml':
        'database: { adapter: memory }\nserver: { port: 0, log_level: error, metrics: loopback }\n',
    })
    let looked: Promise<Weight> | undefined
    const run = await dbal(['serve'], {
      cwd,
      onOutput: (text, kill) => {
        const [, address] = /^dbal serves at ws:\/\/(.*)\/rpc$/m.exec(text) ?? []
        if (address !== undefined) looked ??= lookOn(cwd, address).finally(() => kill('SIGTERM'))
      },
    })
    const weight = await looked
    expect(run.code).toBe(0)
    expect(weight?.heard).toBe(SUBSCRIPTIONS)
    expect(weight?.subscriptions).toBe(SUBSCRIPTIONS)
    expect(weight?.connections).toBe(CONNECTIONS + 1)
    expect(weight?.most).toBeLessThan(MOST_BYTES)
    console.log(
      `${CONNECTIONS} connections, ${SUBSCRIPTIONS} subscriptions: ` +
        Object.entries(weight?.steps ?? {})
          .map(([step, bytes]) => `${step} ${Math.round(bytes / MIB)} MiB`)
          .join(', '),
    )
  },
)

interface Weight {
  readonly heard: number
  readonly connections: number
  readonly subscriptions: number
  readonly most: number
  readonly steps: Readonly<Record<string, number>>
}

async function lookOn(cwd: string, address: string): Promise<Weight> {
  const { model } = await loadWorkspace(join(cwd, 'dbal'))
  if (model === undefined) throw new Error('the contract does not compile')
  const open = (): DBALClient =>
    new DBALClient({ mode: 'production', endpoint: `ws://${address}/rpc`, schema: model })
  const steps: Record<string, number> = {}
  const weigh = async (step: string): Promise<void> => {
    steps[step] = await gauge(address, 'process_resident_memory_bytes')
  }
  await weigh('empty')
  const writer = open()
  const clients = Array.from({ length: CONNECTIONS }, open)
  try {
    for (let id = 0; id < 20; id += 1) await writer.notes.create({ id, text: `note ${id}` })
    await inPortions(clients, (client) => client.notes.count())
    await weigh('connected')
    const numbers = Array.from({ length: SUBSCRIPTIONS }, (_, i) => i)
    const subscriptions = numbers.map((i): AsyncIterator<Event> =>
      clients[i % CONNECTIONS]?.notes.subscribe({
        filter: { text: { ne: `of nobody but ${i}` } },
        sort: { id: 'desc' },
      }),
    )
    await inPortions(subscriptions, async (events) => {
      expect((await nextOf(events)).type).toBe('snapshot')
    })
    await weigh('subscribed')
    await writer.notes.create({ id: 1000, text: 'the change' })
    let heard = 0
    await inPortions(subscriptions, async (events) => {
      for (let event = await nextOf(events); ; event = await nextOf(events))
        if (event.row?.id === 1000) break
      heard += 1
    })
    await weigh('changed')
    return {
      heard,
      connections: await gauge(address, 'dbal_connections'),
      subscriptions: await gauge(address, 'dbal_subscriptions'),
      most: Math.max(...Object.values(steps)),
      steps,
    }
  } finally {
    await Promise.all([writer, ...clients].map((client) => client.close()))
  }
}

async function nextOf(events: AsyncIterator<Event>): Promise<Event> {
  const { value, done } = await events.next()
  if (done === true) throw new Error('the subscription has ended')
  return value
}

/** Not all at the same moment: it is about what stays. */
async function inPortions<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const waiting = all.values()
  const worker = async (): Promise<void> => {
    for (const one of waiting) await work(one)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}

async function gauge(address: string, name: string): Promise<number> {
  const text = await (await fetch(`http://${address}/metrics`)).text()
  const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(text) ?? []
  return Number(value)
}
