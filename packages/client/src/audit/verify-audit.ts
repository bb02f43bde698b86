// Whether the chain of sealed entries is what was sealed. An entry is hashed again with the hash that it was
// sealed after, so that it tells of itself whatever became of the one before; then the two are compared.
// Numbers that are not there are entries that were dropped.
import { isDBALError, type Adapter, type ResultRow } from '@proj/dbal-contract'
import { COUNT_UNSEALED, SELECT_NUMBERS, SELECT_SEALED, SELECT_UNSEALED } from './audit-queries.ts'
import { FIRST_HASH, hashEntry } from './entry-row.ts'

const PAGE = 500
/** Beyond it each misfit is reported as it is: comparing all with all takes too long. */
const MAX_COMPARED = 300
/** Below every number: what was never given out is looked at too. */
const BEFORE_ALL = -(2n ** 63n)

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
  /** When the first of those was entered: until it is sealed, nothing tells that it was changed. */
  readonly unsealedSince?: Date
  readonly faults: readonly AuditFault[]
  /** `SEQ:HASH` of the last entry, to be noted down elsewhere. */
  readonly head?: string
}

export interface VerifyOptions {
  readonly key?: string | undefined
  /** `SEQ:HASH` as noted before: that entry must still be there and be the same. */
  readonly expect?: string | undefined
}

/** `row` is undefined where it holds what no entry can. */
interface Sealed {
  readonly seq: bigint
  readonly row: ResultRow | undefined
}

export async function verifyAudit(
  store: Pick<Adapter, 'run'>,
  { key, expect }: VerifyOptions = {},
): Promise<AuditReport> {
  const faults: AuditFault[] = []
  const misfits: Sealed[] = []
  const [expectedSeq, expectedHash] = expect?.split(':') ?? []
  let found = expectedSeq === undefined
  let last = { seq: 0n, hash: FIRST_HASH, fits: true }
  let sealed = 0
  for await (const entry of readSealed(store)) {
    const { seq, row } = entry
    sealed += 1
    const isFit = fits(entry, key)
    // Numbers begin at 1, and there is one of each.
    if (seq <= last.seq || !isFit) misfits.push(entry)
    if (seq <= last.seq) continue
    if (seq > last.seq + 1n) faults.push(gap(last.seq + 1n, seq - 1n))
    // Both fit, and this one was sealed after another one than the one that is there.
    else if (isFit && last.fits && row?.['previous'] !== last.hash)
      faults.push({ kind: 'edited', seq: Number(seq === 1n ? seq : last.seq) })
    const hash = String(row?.['hash'] ?? '')
    if (String(seq) === expectedSeq && hash === expectedHash) found = true
    last = { seq, hash, fits: isFit }
  }
  faults.push(...explain(misfits, key))
  if (!found) faults.push({ kind: 'head', seq: Number(expectedSeq) })
  const counted = await store.run(COUNT_UNSEALED, [])
  const [waiting] = (await store.run(SELECT_UNSEALED, [1])).rows
  return {
    sealed,
    unsealed: Number(counted.rows[0]?.['count'] ?? 0),
    ...(waiting === undefined ? {} : { unsealedSince: waiting['timestamp'] as Date }),
    faults: oncePerEntry(faults),
    ...(last.seq === 0n ? {} : { head: `${last.seq}:${last.hash}` }),
  }
}

async function* readSealed(store: Pick<Adapter, 'run'>): AsyncGenerator<Sealed> {
  for (let after = BEFORE_ALL; ;) {
    const page = await readPage(store, after)
    yield* page
    const last = page.at(-1)
    if (last === undefined) return
    after = last.seq
  }
}

/** Where a column holds a value of another type, which no page can be read past, one by one. */
async function readPage(store: Pick<Adapter, 'run'>, after: bigint): Promise<readonly Sealed[]> {
  const read = async (limit: number): Promise<readonly Sealed[]> => {
    const { rows } = await store.run(SELECT_SEALED, [after, limit])
    return rows.map((row) => ({ seq: row['seq'] as bigint, row }))
  }
  try {
    return await read(PAGE)
  } catch (error) {
    if (!isCorrupt(error)) throw error
  }
  try {
    return await read(1)
  } catch (error) {
    if (!isCorrupt(error)) throw error
    const { rows } = await store.run(SELECT_NUMBERS, [after, 1])
    return rows.map((row) => ({ seq: row['seq'] as bigint, row: undefined }))
  }
}

function isCorrupt(error: unknown): boolean {
  return isDBALError(error) && error.code === 'DATA_CORRUPT'
}

function fits({ seq, row }: Sealed, key: string | undefined): boolean {
  return row !== undefined && hashEntry(String(row['previous']), seq, row, key) === row['hash']
}

function gap(from: bigint, to: bigint): AuditFault {
  return { kind: 'dropped', seq: Number(from), ...(from === to ? {} : { other: Number(to) }) }
}

function explain(misfits: readonly Sealed[], key: string | undefined): readonly AuditFault[] {
  const compared = misfits.length <= MAX_COMPARED ? misfits : []
  return misfits.map((misfit): AuditFault => {
    const { seq, row } = misfit
    const entryId = row === undefined ? {} : { entryId: String(row['entryId']) }
    const home = compared.find((other) => other !== misfit && belongsTo(misfit, other, key))
    return home === undefined
      ? { kind: 'edited', seq: Number(seq), ...entryId }
      : { kind: 'swapped', seq: Number(seq), other: Number(home.seq), ...entryId }
  })
}

/** Whether an entry was sealed in the place of the other: it moved with its hash, or without it. */
function belongsTo({ row }: Sealed, other: Sealed, key: string | undefined): boolean {
  if (row === undefined || other.row === undefined) return false
  const moved = hashEntry(String(row['previous']), other.seq, row, key)
  const left = hashEntry(String(other.row['previous']), other.seq, row, key)
  return moved === row['hash'] || left === other.row['hash']
}

/** By number; what is known of an entry beyond its having been edited is said. */
function oncePerEntry(faults: readonly AuditFault[]): readonly AuditFault[] {
  const bySeq = new Map<string, AuditFault>()
  for (const fault of faults) {
    const place = `${fault.kind === 'swapped' ? 'edited' : fault.kind} ${fault.seq}`
    if (fault.entryId !== undefined || !bySeq.has(place)) bySeq.set(place, fault)
  }
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq)
}
