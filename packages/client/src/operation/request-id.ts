import { randomBytes } from '../write/random-bytes.ts'
import { printUuid7 } from './print-uuid.ts'

/** UUID version 7; unlike ids of rows it does not increase within a millisecond. */
export function newRequestId(): string {
  return printUuid7(Date.now(), randomBytes(16))
}
