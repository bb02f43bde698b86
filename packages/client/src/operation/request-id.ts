// Ids of calls. Random bytes are fetched for many at a time: a system call for each would cost more than
// a small read.
import { fillRandom } from '#platform/random'
import { v7 } from 'uuid'

const BYTES = 16
const pool = new Uint8Array(256 * BYTES)
let used = pool.length

/** UUID version 7; unlike ids of rows it does not increase within a millisecond. */
export function newRequestId(): string {
  if (used === pool.length) {
    fillRandom(pool)
    used = 0
  }
  used += BYTES
  return v7({ random: pool.subarray(used - BYTES, used) })
}
