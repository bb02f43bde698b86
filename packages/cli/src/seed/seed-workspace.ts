// Seeds into a database, in one transaction, so that a run that fails or is stopped leaves nothing half.
import type { ScopedClient } from '@proj/dbal'
import { DBALError, isDBALError } from '@proj/dbal-contract'
import { getEntity, type Entity, type Model, type Seed } from '@proj/dbal-schema'
import { pause } from '../terminal/interruptible.ts'
import { recordsInOrder, seedsInOrder } from './seed-order.ts'
import { storeRecord, type Outcome } from './store-record.ts'

export interface SeedOptions {
  readonly signal: AbortSignal
  readonly progress?: (entity: string, done: number, of: number) => void
}

export type Seeded = { readonly entity: string } & Readonly<Record<Outcome, number>>

/** Milliseconds of work between two looks at the signal. */
const SLICE = 25
/** Milliseconds: seeds may be many, and a person is there to stop them. */
const PATIENCE = 24 * 60 * 60 * 1000

/** Rejects with the DBALError of the first record that does not fit; its reason says which that is. */
export function seedWorkspace(
  system: ScopedClient,
  model: Model,
  options: SeedOptions,
): Promise<readonly Seeded[]> {
  // The signal is for the callback, so that it has been rolled back by the time this rejects.
  return system.transaction(
    async (tx) => {
      const done: Seeded[] = []
      for (const seed of seedsInOrder(model)) {
        done.push(await loadSeed(tx, getEntity(model, seed.entity), seed, options))
      }
      return done
    },
    { timeoutMs: PATIENCE },
  )
}

async function loadSeed(
  tx: ScopedClient,
  entity: Entity,
  seed: Seed,
  { signal, progress }: SeedOptions,
): Promise<Seeded> {
  const counts: Record<Outcome, number> = { created: 0, updated: 0, unchanged: 0 }
  let paused = performance.now()
  for (const [i, record] of recordsInOrder(entity, seed.records).entries()) {
    progress?.(entity.name, i + 1, seed.records.length)
    if (i === 0 || performance.now() - paused > SLICE) {
      await pause(signal)
      paused = performance.now()
    }
    try {
      counts[await storeRecord(tx, entity, record, seed.metadata, { signal })] += 1
    } catch (error) {
      throw locate(error, seed, record)
    }
  }
  return { entity: entity.name, ...counts }
}

/** The same error, with the record in its reason. */
function locate(error: unknown, { file, entity, records }: Seed, record: object): unknown {
  if (!isDBALError(error)) return error
  const { code, details, retryable, httpStatus } = error
  const at = `${file}, record ${records.findIndex((each) => each === record) + 1} of ${entity}`
  const reason = details?.reason === undefined ? at : `${at}: ${details.reason}`
  return new DBALError(code, {
    httpStatus,
    retryable,
    details: { ...details, reason },
    cause: error,
  })
}
