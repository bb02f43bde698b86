// Numbers and hashes entries in the order in which they became visible, outside the transactions that
// wrote them, so that writers do not wait for one another. Of two sealers one wins: a number is unique.
import {
  DBALError,
  isDBALError,
  type Adapter,
  type RunOptions,
  type Store,
  type TransactionOptions,
} from '@proj/dbal-contract'
import { SEAL_ENTRY, SELECT_HEAD, SELECT_UNSEALED } from './audit-queries.ts'
import { FIRST_HASH, hashEntry } from './entry-row.ts'

/** Entries of one transaction, which is short where writers wait for it. */
const BATCH = 200

export interface SealOptions extends RunOptions {
  /** The chain is then an HMAC: only who has the key can continue it. */
  readonly key?: string | undefined
}

/** Seals what is there; answers how many. Another sealer at the same time is left to do it. */
export async function sealAudit(
  adapter: Pick<Adapter, 'transaction' | 'schema'>,
  options: SealOptions = {},
): Promise<number> {
  let sealed = 0
  for (;;) {
    try {
      const count = await adapter.transaction((store) => sealBatch(store, options), {
        signal: options.signal,
        isolation: ownIsolation(adapter),
      })
      sealed += count
      if (count < BATCH) return sealed
    } catch (error) {
      if (isRival(error)) return sealed
      throw error
    }
  }
}

/**
 * Of the transactions of the log. MySQL's default locks gaps that writers insert into, and shows what
 * was there when it began.
 */
export function ownIsolation({ schema }: Pick<Adapter, 'schema'>): TransactionOptions['isolation'] {
  return schema?.dialect === 'mysql' ? 'read_committed' : undefined
}

async function sealBatch(store: Store, { key, signal }: SealOptions): Promise<number> {
  const run = { signal }
  const pending = await store.run(SELECT_UNSEALED, [BATCH], run)
  if (pending.rows.length === 0) return 0
  const [head] = (await store.run(SELECT_HEAD, [1], run)).rows
  let seq = head === undefined ? 0n : (head['seq'] as bigint)
  let hash = head === undefined ? FIRST_HASH : String(head['hash'])
  for (const row of pending.rows) {
    seq += 1n
    const previous = hash
    hash = hashEntry(previous, seq, row, key)
    const params = [seq, previous, hash, row['entryId'] as string]
    const { count } = await store.run(SEAL_ENTRY, params, run)
    if (count === 0) throw new DBALError('SERIALIZATION_CONFLICT')
  }
  return pending.rows.length
}

function isRival(error: unknown): boolean {
  const codes = ['SERIALIZATION_CONFLICT', 'CONFLICT', 'TX_ABORTED']
  return isDBALError(error) && codes.includes(error.code)
}
