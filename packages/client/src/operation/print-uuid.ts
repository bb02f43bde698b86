// The text of a UUID version 7 (RFC 9562, 5.7). Ids of rows are the library's, which keeps them in order;
// it has a file for each version, too many to load before the first call.

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
const TIME_BYTES = 6
const DASHES_BEFORE: ReadonlySet<number> = new Set([4, 6, 8, 10])

/** `random`: 16 bytes, of which the last ten are used. */
export function printUuid7(milliseconds: number, random: Uint8Array): string {
  let text = ''
  for (let at = 0; at < 16; at += 1) {
    if (DASHES_BEFORE.has(at)) text += '-'
    text += HEX[byteAt(at, milliseconds, random)] ?? ''
  }
  return text
}

function byteAt(at: number, milliseconds: number, random: Uint8Array): number {
  if (at < TIME_BYTES) return Math.floor(milliseconds / 256 ** (TIME_BYTES - 1 - at)) % 256
  const byte = random[at] ?? 0
  // The version, and the variant.
  if (at === 6) return (byte & 0x0f) | 0x70
  return at === 8 ? (byte & 0x3f) | 0x80 : byte
}
