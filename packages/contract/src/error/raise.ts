import { DBALError, type FieldError } from './dbal-error.ts'

/** VALIDATION_ERROR that lists field problems. */
export function invalid(fields: readonly FieldError[], reason?: string): DBALError {
  return new DBALError('VALIDATION_ERROR', {
    details: reason === undefined ? { fields } : { reason, fields },
  })
}

/** CONFLICT over the named fields; the same whether the caller may see the other row or not. */
export function conflict(
  fields: readonly string[],
  kind: 'unique' | 'foreign_key' | 'version',
  cause?: unknown,
): DBALError {
  const error = {
    unique: 'is already taken',
    foreign_key: 'refers to a missing record, or is still referred to',
    version: 'was changed meanwhile',
  }[kind]
  return new DBALError('CONFLICT', {
    details: { conflict: kind, fields: fields.map((field) => ({ field, error })) },
    cause,
  })
}

export function unsupported(capability: string, reason?: string): DBALError {
  return new DBALError('CAPABILITY_NOT_SUPPORTED', {
    details: reason === undefined ? { capability } : { capability, reason },
  })
}

/** What is closed or full: another one, or a later call, may do it. */
export function unavailable(reason: string): DBALError {
  return new DBALError('UNAVAILABLE', { details: { reason } })
}

/** For a call on a transaction that is over. */
export function transactionEnded(): DBALError {
  return new DBALError('TX_LOST', { details: { reason: 'the transaction has ended' } })
}

/** The same error with the position, from 0, of the row of a bulk write that it is about. */
export function atIndex(error: DBALError, index: number): DBALError {
  const { code, details, cause } = error
  return new DBALError(code, { details: { ...details, index }, cause })
}
