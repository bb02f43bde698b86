import type { AuditEntry } from './audit-entry.ts'

const LIMIT = 1000

/**
 * Entries in this process's memory, for development and tests: the newest `limit` of them, 1,000 by default. An entry
 * follows its change, since nothing can keep it from being entered; both are gone with the process.
 */
export class AuditMemory {
  readonly limit: number
  #entries: AuditEntry[] = []

  constructor({ limit = LIMIT }: { readonly limit?: number } = {}) {
    if (!Number.isSafeInteger(limit) || limit < 1) throw new RangeError('limit must be 1 or more')
    this.limit = limit
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
