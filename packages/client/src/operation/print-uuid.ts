// The text of a UUID version 7 (RFC 9562, 5.7). Ids of rows are the library's, which keeps them in order;
// it has a file for each version, too many to load before the first call.

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
/** Milliseconds have 48 bits, and numbers are shifted in 32. */
const UPPER = 0x1_0000

/** `random`: 16 bytes, of which the last ten are used. */
export function printUuid7(milliseconds: number, random: Uint8Array): string {
  const upper = Math.floor(milliseconds / UPPER)
  const lower = milliseconds % UPPER
  const byte = (at: number): string => hex(random[at] ?? 0)
  const time = `${hex(upper >>> 24)}${hex(upper >>> 16)}${hex(upper >>> 8)}${hex(upper)}-${hex(lower >>> 8)}${hex(lower)}`
  // With the version, and the variant.
  const middle = `${hex(((random[6] ?? 0) & 0x0f) | 0x70)}${byte(7)}-${hex(((random[8] ?? 0) & 0x3f) | 0x80)}${byte(9)}`
  return `${time}-${middle}-${byte(10)}${byte(11)}${byte(12)}${byte(13)}${byte(14)}${byte(15)}`
}

function hex(value: number): string {
  return HEX[value & 0xff] ?? ''
}
