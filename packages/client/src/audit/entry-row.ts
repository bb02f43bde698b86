// An entry as a row of the audit log's table and back, and what its hash is taken over.
import { createHash, createHmac } from 'node:crypto'
import {
  AUDIT_ENTITY,
  type InsertQuery,
  type Params,
  type ResultRow,
  type Value,
} from '@proj/dbal-contract'
import type { AuditEntry } from './audit-entry.ts'

/** In the order of the insert; part of what is hashed, so another order is another log. */
export const ENTRY_FIELDS = [
  'entryId',
  'timestamp',
  'requestId',
  'principal',
  'role',
  'entity',
  'operation',
  'recordId',
  'success',
  'code',
  'durationMs',
  'changedFields',
] as const

export const INSERT_ENTRY: InsertQuery = {
  kind: 'insert',
  entity: AUDIT_ENTITY,
  fields: [...ENTRY_FIELDS, 'seq', 'previous', 'hash'],
}

/** Params of INSERT_ENTRY, not sealed. */
export function rowsOf(entries: readonly AuditEntry[]): Params {
  return entries.flatMap((entry): Value[] => [
    entry.entryId,
    entry.timestamp,
    entry.requestId,
    entry.principal ?? null,
    entry.role,
    entry.entity,
    entry.operation,
    entry.id ?? null,
    entry.success,
    entry.code ?? null,
    entry.durationMs,
    entry.changedFields?.join() ?? null,
    null,
    null,
    null,
  ])
}

/** What the chain starts from. */
export const FIRST_HASH = ''

/**
 * The hash of an entry at its place: SHA-256, or HMAC-SHA-256 with a key, over the hash before it, its
 * number and its values.
 */
export function hashEntry(
  previous: string,
  seq: bigint,
  row: ResultRow,
  key: string | undefined,
): string {
  const values = ENTRY_FIELDS.map((name) => {
    const value = row[name]
    return value instanceof Date ? value.toISOString() : value
  })
  const text = JSON.stringify([previous, String(seq), ...values])
  const hash = key === undefined ? createHash('sha256') : createHmac('sha256', key)
  return hash.update(text).digest('hex')
}
