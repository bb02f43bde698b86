// Names that engines see: within 63 bytes (PostgreSQL's bound, the lowest), and unique when case is folded.
import { createHash } from 'node:crypto'

export const MAX_IDENTIFIER_BYTES = 63

/** A name built from parts, its end replaced by a hash where it would be too long. */
export function physicalName(parts: readonly string[], suffix: string): string {
  const name = `${parts.join('_')}_${suffix}`
  if (Buffer.byteLength(name) <= MAX_IDENTIFIER_BYTES) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  const tail = `_${hash}_${suffix}`
  return name.slice(0, MAX_IDENTIFIER_BYTES - tail.length) + tail
}
