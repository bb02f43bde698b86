// Random bytes are fetched for many ids at a time: a call of the system for each would cost more than a small read.
const pool = new Uint8Array(4096)
let used = pool.length

/** Bytes of the platform's secure source, to be read before the next call. */
export function randomBytes(count: number): Uint8Array {
  if (used + count > pool.length) {
    crypto.getRandomValues(pool)
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}
