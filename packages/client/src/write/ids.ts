// Ids made in one place, so that every engine stores the same: time-ordered and strictly increasing
// within a process.
import { v7 } from 'uuid'
import { randomBytes } from './random-bytes.ts'

let millisecond = 0
let counter = 0

/** UUID version 7 (RFC 9562, 5.7, with the counter of 6.2), strictly increasing. */
export function newUuid(): string {
  const random = randomBytes(16)
  const now = Date.now()
  if (now > millisecond) {
    millisecond = now
    // Half of the range is left to count in.
    counter = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1
  } else {
    counter = (counter + 1) >>> 0
    if (counter === 0) millisecond += 1
  }
  return v7({ random, msecs: millisecond, seq: counter })
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

const CUID_RANGE = 36n ** 12n

/** 12 characters of base 36: 62 bits. */
function randomPart(): string {
  const random = randomBytes(8)
  const bits = new DataView(random.buffer, random.byteOffset).getBigUint64(0) % CUID_RANGE
  return bits.toString(36).padStart(12, '0')
}
