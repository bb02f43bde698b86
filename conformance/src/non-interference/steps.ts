// One step of a program in one world: what the caller observes, moment by moment, and what he can know of
// the world after each.
import type { DBALClient, ScopedClient } from '@proj/dbal'
import { isDBALError, type Operation } from '@proj/dbal-contract'
import type { Step } from './programs.ts'
import type { Caller } from './world.ts'

/** What runs the caller's operations; the product is `asCaller`. */
export type Subject = (
  client: Pick<ScopedClient, 'as' | 'system'>,
  caller: Caller,
) => Pick<ScopedClient, 'call'>

export const asCaller = (
  client: Pick<ScopedClient, 'as'>,
  { role, claims }: Caller,
): ScopedClient => client.as({ user: { ...claims, role } })

export interface Moment {
  readonly operation: Operation | string
  readonly observed: string
  /** What the caller may know of the world now; undefined where nothing was written. */
  readonly known: string | undefined
}

export interface Side {
  readonly client: DBALClient
  readonly caller: Caller
  readonly subject: Subject
  /** What the caller may know of the world that this connection sees. */
  readonly look: (client: Pick<ScopedClient, 'system'>) => Promise<string>
}

const READING: ReadonlySet<string> = new Set(['list', 'read', 'count', 'aggregate', 'search'])

export async function playStep(side: Side, step: Step): Promise<readonly Moment[]> {
  switch (step.kind) {
    case 'call':
      return [await playCall(side, side.client, step.operation)]
    case 'pages':
      return playPages(side, step.operation, step.between)
    case 'transaction':
      return playTransaction(side, step.operations, step.end)
    case 'batch':
      return playBatch(side, step.operations)
  }
}

async function playCall(
  { subject, caller, look }: Side,
  client: Pick<ScopedClient, 'as' | 'system'>,
  operation: Operation,
): Promise<Moment> {
  const observed = await observe(() => subject(client, caller).call(operation))
  // A transaction that is poisoned shows nothing any more, and what it did is undone.
  const wrote = !READING.has(operation.action) && !observed.startsWith('!')
  return { operation, observed, known: wrote ? await look(client) : undefined }
}

async function playPages(
  side: Side,
  operation: Operation,
  between: Operation | undefined,
): Promise<readonly Moment[]> {
  const moments = [await playCall(side, side.client, operation)]
  const { page: _, ...input } = operation.input ?? {}
  for (let n = 0; n < 4; n += 1) {
    const cursor = cursorOf(moments.at(-1)?.observed ?? '')
    if (cursor === undefined) break
    if (n === 0 && between !== undefined) moments.push(await playCall(side, side.client, between))
    moments.push(await playCall(side, side.client, { ...operation, input: { ...input, cursor } }))
  }
  return moments
}

function cursorOf(observed: string): unknown {
  return observed.startsWith('{')
    ? (JSON.parse(observed) as { readonly nextCursor?: unknown }).nextCursor
    : undefined
}

class Enough extends Error {}

async function playTransaction(
  side: Side,
  operations: readonly Operation[],
  end: 'commit' | 'roll back',
): Promise<readonly Moment[]> {
  const { client, caller, look } = side
  const before = end === 'commit' ? undefined : await look(client)
  const moments: Moment[] = []
  const ended = await observe(() =>
    asCaller(client, caller).transaction(async (tx) => {
      for (const operation of operations) moments.push(await playCall(side, tx, operation))
      if (end === 'roll back') throw new Enough()
    }),
  )
  const known = await look(client)
  if (before !== undefined && before !== known)
    throw new Error('what was rolled back is still there')
  return [...moments, { operation: end, observed: ended, known }]
}

/** Its operations one by one first, undone again: what it answers in the end tells of all of them. */
async function playBatch(side: Side, operations: readonly Operation[]): Promise<readonly Moment[]> {
  const moments = await playTransaction(side, operations, 'roll back')
  const observed = await observe(() => asCaller(side.client, side.caller).batch(operations))
  return [...moments, { operation: 'batch', observed, known: await side.look(side.client) }]
}

async function observe(call: () => Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify(await call()) ?? 'undefined'
  } catch (error) {
    if (error instanceof Enough) return 'undefined'
    if (!isDBALError(error)) throw error
    const { code, httpStatus, message, details, retryable, outcome } = error
    return `! ${JSON.stringify({ code, httpStatus, message, details, retryable, outcome })}`
  }
}
