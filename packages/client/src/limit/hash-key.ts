// What is counted by: names and addresses of callers stay out of stores, and callers out of memory.
import { createHash, createHmac, randomBytes } from 'node:crypto'

/** The same in every process. */
export function sharedHash(key: string): string {
  return createHash('sha256').update(key).digest('base64url')
}

/**
 * Of 2²⁰ buckets, so that callers who invent keys cannot fill the memory; the secret keeps them from
 * choosing whose bucket they share.
 */
export function localHash(): (key: string) => string {
  const secret = randomBytes(16)
  return (key) => createHmac('sha256', secret).update(key).digest('hex').slice(0, 5)
}
