import type { FieldError } from '@proj/dbal-contract'
import { invalid, isPlainObject } from '@proj/dbal-contract/base'
import type { AuditEntry } from './audit-entry.ts'

const LIMIT = 1000

/**
 * Entries in this process's memory, for development and tests: the newest `limit` of them, 1,000 by default. An entry
 * follows its change, since nothing can keep it from being entered; both are gone with the process.
 */
export class AuditMemory {
  readonly limit: number
  #entries: AuditEntry[] = []

  /** Throws VALIDATION_ERROR for a limit that is no whole number of 1 or more, and for other options. */
  constructor(options: { readonly limit?: number } = {}) {
    if (!isPlainObject(options)) throw invalid([{ field: 'options', error: 'must be an object' }])
    const errors: FieldError[] = []
    let limit: unknown = LIMIT
    for (const [name, value] of Object.entries(options)) {
      if (name === 'limit') limit = value ?? LIMIT
      else errors.push({ field: `options.${name}`, error: 'is not a known option' })
    }
    if (!isLimit(limit))
      errors.push({ field: 'limit', error: 'must be a whole number of 1 or more' })
    if (errors.length > 0) throw invalid(errors)
    this.limit = limit as number
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

function isLimit(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1
}
