// Ids made in one place, so that every engine stores the same: time-ordered and strictly increasing
// within a process.
import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'

/** UUID version 7 (RFC 9562, 5.7); the library keeps the sequence strictly increasing. */
export function newUuid(): string {
  return v7()
}

let last = 0
let sequence = 0

/**
 * 25 characters: `c`, time in base 36 (8), sequence within the millisecond (4), random (12). A clock
 * that steps back does not break the order.
 */
export function newCuid(now: number = Date.now()): string {
  if (now > last) {
    last = now
    sequence = 0
  } else {
    sequence += 1
    if (sequence >= SEQUENCE_LIMIT) {
      last += 1
      sequence = 0
    }
  }
  return `c${last.toString(36).padStart(8, '0')}${sequence.toString(36).padStart(4, '0')}${randomPart()}`
}

const SEQUENCE_LIMIT = 36 ** 4

/** 12 characters of base 36: 62 bits. */
function randomPart(): string {
  const bits = randomBytes(8).readBigUInt64BE() % 36n ** 12n
  return bits.toString(36).padStart(12, '0')
}
