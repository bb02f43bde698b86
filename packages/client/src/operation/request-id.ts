import { v7 } from 'uuid'
import { randomBytes } from '../write/random-bytes.ts'

/** UUID version 7; unlike ids of rows it does not increase within a millisecond. */
export function newRequestId(): string {
  return v7({ random: randomBytes(16) })
}
