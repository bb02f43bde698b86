// Ids of calls. Random bytes are fetched for many at a time: a system call for each would cost more than
// a small read.
import { randomFillSync } from 'node:crypto'
import { printUuid7 } from './print-uuid.ts'

const BYTES = 16
const pool = new Uint8Array(256 * BYTES)
let used = pool.length

/** UUID version 7; unlike ids of rows it does not increase within a millisecond. */
export function newRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += BYTES
  return printUuid7(Date.now(), pool.subarray(used - BYTES, used))
}
