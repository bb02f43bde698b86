// Changes by many at once, and whether each was done once: what was stored is counted; nobody's word is taken for it.
import { DBALClient, isDBALError, type ClientConfig } from '@proj/dbal'
import { expect } from 'vitest'
import { ADA } from '../serve.ts'

const AT_ONCE = 16

export interface Changes {
  readonly created: readonly string[]
  readonly incremented: bigint
}

export async function storeAda(config: ClientConfig): Promise<void> {
  const client = new DBALClient(config)
  await client.system().users.create({ id: ADA, username: 'ada', role: 'admin', score: 0n })
  await client.close()
}

/** None may fail. */
export async function changeAtOnce(client: DBALClient, all: number): Promise<Changes> {
  const created: string[] = []
  const failed: string[] = []
  let incremented = 0n
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < all) {
      next += 1
      const text = `note ${next}`
      try {
        if (next % 3 === 0) {
          await client.users.update(ADA, { score: { increment: 1n } })
          incremented += 1n
        } else {
          await client.notes.create({ text, ownerId: ADA })
          created.push(text)
        }
      } catch (error) {
        if (!isDBALError(error)) throw error
        failed.push(`${text}: ${error.code}`)
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  expect(failed).toEqual([])
  return { created, incremented }
}

/** On what `config` opens, once nobody else has it. */
export async function expectStored(config: ClientConfig, changes: Changes): Promise<void> {
  const client = new DBALClient(config)
  const stored: string[] = []
  for await (const { text } of client.system().notes.iterate({ limit: 100 })) stored.push(text)
  const { score } = await client.system().users.read(ADA)
  await client.close()
  expect(stored.sort()).toEqual([...changes.created].sort())
  expect(score).toBe(changes.incremented)
}
