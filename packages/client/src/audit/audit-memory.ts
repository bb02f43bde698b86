import { invalid, isPlainObject } from '@proj/dbal-contract'
import type { AuditEntry } from './audit-entry.ts'

const LIMIT = 1000

/**
 * Entries in this process's memory, for development and tests: the newest `limit` of them, 1,000 by default. An entry
 * follows its change, since nothing can keep it from being entered; both are gone with the process.
 */
export class AuditMemory {
  readonly limit: number
  #entries: AuditEntry[] = []

  /** Throws VALIDATION_ERROR for a limit that is no whole number of 1 or more. */
  constructor(options: { readonly limit?: number } = {}) {
    const given: unknown = isPlainObject(options) ? (options['limit'] ?? LIMIT) : undefined
    if (!isLimit(given))
      throw invalid([{ field: 'limit', error: 'must be a whole number of 1 or more' }])
    this.limit = given
  }

  /** The oldest first. */
  get entries(): readonly AuditEntry[] {
    return this.#entries.slice(-this.limit)
  }

  add(entries: readonly AuditEntry[]): void {
    for (const entry of entries) this.#entries.push(entry)
    // Cut in large steps, so that adding one does not move them all.
    if (this.#entries.length > this.limit * 2) this.#entries = this.#entries.slice(-this.limit)
  }
}

function isLimit(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1
}
