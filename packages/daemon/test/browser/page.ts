// A page of an app, as its bundler takes it. The test calls its functions one by one; what they answer is
// cloned on the way.
import { isDBALError, type ChangeEvent, type ClientConfig, type DBALClient } from '@proj/dbal'
import { connect } from './contract-client.js'

let client: DBALClient
let events: AsyncIterator<ChangeEvent>

export function open(endpoint: string, token: string, config: ClientConfig = {}): void {
  client = connect({ ...config, endpoint, auth: { session: { token } } })
}

export async function crud(): Promise<unknown> {
  const made = await client.notes.create({
    text: 'one',
    size: 2n ** 60n,
    photo: new Uint8Array([0, 255]),
    price: '1.50',
    at: new Date(0),
  })
  const read = await client.notes.read(made.id)
  const after = await client.notes.update(made.id, { text: 'two', data: { deep: [1, null] } })
  const page = await client.notes.list({ filter: { size: { gt: 1n } }, select: ['text', 'data'] })
  return { made, read, after, page, gone: await client.notes.delete(made.id) }
}

/** Many pages, a batch, a transaction and one that is undone. */
export async function more(): Promise<unknown> {
  await client.notes.createMany(Array.from({ length: 250 }, (_, i) => ({ text: `n${i}` })))
  let iterated = 0
  for await (const _ of client.notes.iterate({ limit: 100 })) iterated += 1
  const batch = await client.batch([
    { entity: 'Note', action: 'count', input: {} },
    { entity: 'Note', action: 'count', input: { filter: { text: 'n7' } } },
  ])
  await client.transaction(async (tx) => {
    await tx.notes.create({ text: 'kept' })
  })
  const undone = await code(
    client.transaction(async (tx) => {
      await tx.notes.create({ text: 'undone' })
      await tx.notes.read('018f0000-0000-7000-8000-000000000009')
    }),
  )
  const kept = await client.notes.count({ filter: { text: { in: ['kept', 'undone'] } } })
  await client.notes.deleteMany({}, { all: true })
  return { iterated, batch, undone, kept }
}

export async function refusals(): Promise<unknown> {
  return [
    await code(client.notes.create({ text: 7 })),
    await code(client.notes.create({ tex: 'x' })),
    await code(client.noets.list()),
    await code(client.system().notes.list()),
    await code(client.notes.create({ text: 'x' }, { signal: AbortSignal.abort() })),
  ]
}

export async function add(text: string): Promise<unknown> {
  return (await client.notes.create({ text })).text
}

export async function count(): Promise<unknown> {
  return client.notes.count()
}

export function watch(): void {
  events = client.subscribe('Note', { select: ['text'] })[Symbol.asyncIterator]()
}

export async function next(): Promise<unknown> {
  return (await events.next()).value
}

export async function tryToRead(): Promise<unknown> {
  return code(client.notes.list())
}

export async function tryToTransact(): Promise<unknown> {
  return code(client.transaction((tx) => tx.notes.count()))
}

export async function close(): Promise<void> {
  await client.close()
}

async function code(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer
  } catch (error) {
    return isDBALError(error) ? [error.code, error.details?.fields ?? []] : String(error)
  }
}
