// What an open transaction still has to enter, by when.
import type { AuditEntry } from './audit-entry.ts'

/** A few hundred bytes each; bulk loads are long transactions. */
const MAX_HELD = 100_000

export class AuditTrail {
  /** Of changes, for a sink that does not take part in the transaction. */
  readonly beforeCommit: AuditEntry[] = []
  /** Of denials and failures, which stay true whatever becomes of the transaction. */
  readonly afterEnd: AuditEntry[] = []
  /** Of reads that are entered in the transaction, and would be lost with it. */
  readonly ifRolledBack: AuditEntry[] = []

  /** False where too many wait; then the call must fail. */
  hold(list: AuditEntry[], entries: readonly AuditEntry[]): boolean {
    const held = this.beforeCommit.length + this.afterEnd.length + this.ifRolledBack.length
    if (held + entries.length > MAX_HELD) return false
    list.push(...entries)
    return true
  }

  /** Of a nested transaction that ended well. */
  adopt(inner: AuditTrail): void {
    this.beforeCommit.push(...inner.beforeCommit)
    this.afterEnd.push(...inner.afterEnd)
    this.ifRolledBack.push(...inner.ifRolledBack)
  }

  /** Of a nested transaction that was rolled back: its changes did not happen. */
  adoptFailed(inner: AuditTrail): void {
    this.afterEnd.push(...inner.afterEnd, ...inner.ifRolledBack)
  }
}
