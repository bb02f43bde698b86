import { createHash } from 'node:crypto'

/** PostgreSQL's limit, the smallest. */
const MAX_BYTES = 63

/** `users_age_type`; one that is too long is cut and told apart by a hash. */
export function constraintName(parts: readonly string[], suffix: string): string {
  const name = [...parts, suffix].join('_')
  if (Buffer.byteLength(name) <= MAX_BYTES) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  const ending = `_${hash}_${suffix}`
  let start = parts.join('_')
  while (Buffer.byteLength(start) + ending.length > MAX_BYTES) start = start.slice(0, -1)
  return `${start}${ending}`
}
