// Whether the chain of sealed entries is what was sealed. Entries are read in order and hashed again;
// what does not fit is then told apart: an edited entry, entries that stand in each other's places.
// Numbers that are not there are entries that were dropped.
import type { Adapter, ResultRow } from '@proj/dbal-contract'
import { COUNT_UNSEALED, SELECT_SEALED } from './audit-queries.ts'
import { FIRST_HASH, hashEntry } from './entry-row.ts'

const PAGE = 500
/** Beyond it each misfit is reported as it is: comparing all with all takes too long. */
const MAX_COMPARED = 300

export interface AuditFault {
  /** `edited` is said of an entry that was put there as well. */
  readonly kind: 'edited' | 'dropped' | 'swapped' | 'head'
  readonly seq: number
  /** The last number of a gap, or the entry whose place was taken. */
  readonly other?: number
  readonly entryId?: string
}

export interface AuditReport {
  readonly sealed: number
  readonly unsealed: number
  readonly faults: readonly AuditFault[]
  /** `SEQ:HASH` of the last entry, to be noted down elsewhere. */
  readonly head?: string
}

export interface VerifyOptions {
  readonly key?: string | undefined
  /** `SEQ:HASH` as noted before: that entry must still be there and be the same. */
  readonly expect?: string | undefined
}

interface Misfit {
  readonly seq: bigint
  readonly row: ResultRow
  /** The hash that stands before it. */
  readonly previous: string
}

export async function verifyAudit(
  store: Pick<Adapter, 'run'>,
  { key, expect }: VerifyOptions = {},
): Promise<AuditReport> {
  const faults: AuditFault[] = []
  const misfits: Misfit[] = []
  const [expectedSeq, expectedHash] = expect?.split(':') ?? []
  let found = expectedSeq === undefined
  let last = 0n
  let previous: string = FIRST_HASH
  let sealed = 0
  for (;;) {
    const { rows } = await store.run(SELECT_SEALED, [last, PAGE])
    for (const row of rows) {
      const seq = row['seq'] as bigint
      const hash = String(row['hash'])
      const isNext = seq === last + 1n
      if (!isNext) faults.push(gap(last + 1n, seq - 1n))
      // After a gap there is nothing to hash the entry with; the gap is the fault.
      else if (hashEntry(previous, seq, row, key) !== hash) misfits.push({ seq, row, previous })
      if (String(seq) === expectedSeq && hash === expectedHash) found = true
      sealed += 1
      last = seq
      previous = hash
    }
    if (rows.length < PAGE) break
  }
  faults.push(...explain(misfits, key))
  if (!found) faults.push({ kind: 'head', seq: Number(expectedSeq) })
  const counted = await store.run(COUNT_UNSEALED, [])
  return {
    sealed,
    unsealed: Number(counted.rows[0]?.['count'] ?? 0),
    faults: faults.sort((a, b) => a.seq - b.seq),
    ...(last === 0n ? {} : { head: `${last}:${previous}` }),
  }
}

function gap(from: bigint, to: bigint): AuditFault {
  return { kind: 'dropped', seq: Number(from), ...(from === to ? {} : { other: Number(to) }) }
}

/**
 * A moved or edited entry makes the one after it misfit as well, which is no fault of that one: where
 * the hash that must have stood before it is found, it fits again.
 */
function explain(misfits: readonly Misfit[], key: string | undefined): readonly AuditFault[] {
  const faults: AuditFault[] = []
  const hashes = new Map<bigint, readonly string[]>()
  const compared = misfits.length <= MAX_COMPARED ? misfits : []
  for (const misfit of misfits) {
    const { seq, row } = misfit
    const before = [...(hashes.get(seq - 1n) ?? []), misfit.previous]
    const own = before.map((previous) => hashEntry(previous, seq, row, key))
    if (own.includes(String(row['hash']))) {
      hashes.set(seq, [String(row['hash'])])
      continue
    }
    const place = findOwner(misfit, before, compared, key)
    if (place === undefined) hashes.set(seq, own)
    else hashes.set(seq, [place.hash])
    faults.push({
      kind: place === undefined ? 'edited' : 'swapped',
      seq: Number(seq),
      ...(place === undefined ? {} : { other: Number(place.seq) }),
      entryId: String(row['entryId']),
    })
  }
  return faults
}

/** The misfit that belongs in the place of this one, by its hash or by the hash that stayed there. */
function findOwner(
  { seq, row }: Misfit,
  before: readonly string[],
  others: readonly Misfit[],
  key: string | undefined,
): { readonly seq: bigint; readonly hash: string } | undefined {
  for (const other of others) {
    if (other.seq === seq) continue
    for (const previous of before) {
      const hash = hashEntry(previous, seq, other.row, key)
      if (hash === other.row['hash'] || hash === row['hash']) return { seq: other.seq, hash }
    }
  }
  return undefined
}
