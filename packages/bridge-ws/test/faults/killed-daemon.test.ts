// Changes through a daemon that is killed again and again: kill -9, at moments that a seed chooses. What was
// answered is held against what is stored. DBAL_TEST_KILLS asks for more of them.
import { DBALClient, isDBALError, type ScopedClient } from '@proj/dbal'
import { expect, it } from 'vitest'
import { emptyDatabase } from '../../../daemon/test/new-database.ts'
import { atTheEnd, connect as connectTo } from '../scene.ts'
import { ADA, model } from '../serve.ts'
import { DaemonProcess, KEY } from './daemon-process.ts'
import { seeded, type Random } from './faulty-wire.ts'

type Transport = 'websocket' | 'http'

const KILLS = Number(process.env['DBAL_TEST_KILLS'] ?? 3)
const SEED = Number(process.env['DBAL_TEST_SEED'] ?? 43)
const WORKERS = 8
/** Answers between two kills, at most. */
const LIFE = 60
const postgres = process.env['DBAL_TEST_POSTGRES_URL']

/** Dropped after the test. */
async function newPostgres(server: string): Promise<string> {
  const { url, drop } = await emptyDatabase(server, model)
  atTheEnd(drop)
  return url
}

/** What the clients were told, by the text of the note that it is about. */
class History {
  readonly applied: string[] = []
  readonly undone: string[] = []
  readonly faults: string[] = []
  increments = 0n
  #answered: () => void = () => undefined

  async record(text: string, increments: number, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
      this.applied.push(text)
      this.increments += BigInt(increments)
    } catch (error) {
      if (!isDBALError(error)) throw error
      // A transaction goes with its connection; nothing else may fail.
      if (error.code === 'TX_LOST') this.undone.push(text)
      else this.faults.push(`${text}: ${error.code} ${JSON.stringify(error.details)}`)
    }
    this.#answered()
  }

  async answers(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1)
      await new Promise<void>((resolve) => {
        this.#answered = resolve
      })
  }
}

async function write(client: DBALClient, history: History, isOver: () => boolean, name: string) {
  const { features } = await client.capabilities()
  for (let n = 0; !isOver(); n += 1) {
    const text = `${name} ${n}`
    const create = (on: ScopedClient): Promise<unknown> =>
      on.notes.create({ text, ownerId: ADA }) as Promise<unknown>
    const increment = (on: ScopedClient): Promise<unknown> =>
      on.users.update(ADA, { score: { increment: 1n } }) as Promise<unknown>
    if (n % 3 === 0) await history.record(text, 0, () => create(client))
    else if (n % 3 === 1 || !features.has('transactions'))
      await history.record(text, 1, () =>
        client.batch([
          { entity: 'Note', action: 'create', input: { text, ownerId: ADA } },
          { entity: 'User', action: 'update', input: { id: ADA, score: { increment: 1n } } },
        ]),
      )
    else
      await history.record(text, 1, () =>
        client.transaction(async (tx) => {
          await create(tx)
          await increment(tx)
        }),
      )
  }
}

async function addAda({ url }: DaemonProcess): Promise<void> {
  const operations = { 'Note.shout': () => '' }
  const client = new DBALClient({ schema: model, database: { url }, operations })
  try {
    await client.system().users.create({ id: ADA, username: 'ada', role: 'admin', score: 0n })
  } finally {
    await client.close()
  }
}

function connect({ endpoint }: DaemonProcess, transport: Transport): DBALClient {
  return connectTo(
    endpoint,
    { transport, connectTimeoutMs: 120_000, backoff: { minMs: 5, maxMs: 100 } },
    { auth: { session: { token: KEY } }, performance: { queryTimeoutMs: 240_000 } },
  )
}

async function killAgainAndAgain(
  daemon: DaemonProcess,
  history: History,
  random: Random,
): Promise<void> {
  for (let kill = 0; kill < KILLS; kill += 1) {
    await history.answers(1 + Math.floor(random() * LIFE))
    // Not only between two messages.
    await new Promise((resolve) => {
      setTimeout(resolve, random() * 5)
    })
    await daemon.kill()
    await daemon.start()
  }
  await history.answers(WORKERS)
}

const stores = [
  ['SQLite', 'websocket', async () => undefined],
  ['SQLite', 'http', async () => undefined],
  ['PostgreSQL', 'websocket', () => newPostgres(postgres ?? '')],
] as const

it.each(stores.filter(([name]) => name === 'SQLite' || postgres !== undefined))(
  `changes are each done once on %s over %s though the daemon is killed ${KILLS} times (R43, seed ${SEED})`,
  { timeout: 60_000 + KILLS * 30_000 },
  async (_, transport, newDatabase) => {
    const daemon = new DaemonProcess(await newDatabase())
    atTheEnd(() => daemon.remove())
    await daemon.push()
    await addAda(daemon)
    await daemon.start()
    const [one, two] = [connect(daemon, transport), connect(daemon, transport)]
    const history = new History()
    let isOver = false
    const writing = Array.from({ length: WORKERS }, (__, i) =>
      write(i % 2 === 0 ? one : two, history, () => isOver, `note ${i}`),
    )
    await killAgainAndAgain(daemon, history, seeded(SEED))
    isOver = true
    await Promise.all(writing)
    expect(history.faults).toEqual([])
    const reader = connect(daemon, transport)
    const stored: string[] = []
    for await (const { text } of reader.notes.iterate({ limit: 100 })) stored.push(String(text))
    // Each that was applied is there once, none that was undone, and nothing else.
    expect(stored.sort()).toEqual(history.applied.sort())
    expect((await reader.users.read(ADA)).score).toBe(history.increments)
    process.stdout.write(
      `killed ${KILLS} times: ${history.applied.length} applied, ${history.undone.length} undone\n`,
    )
  },
)
