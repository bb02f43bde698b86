// What a keyed call came to, as text of its row and back.
import { DBALError, isDBALError, type DBALErrorInit } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'

type Failure = DBALErrorInit & { readonly code: string }
type Stored = { readonly result: JsonValue } | { readonly failure: Failure }

/** Codes that another attempt may not meet again; all others are answered again. */
const PASSING: ReadonlySet<string> = new Set([
  'TIMEOUT',
  'CANCELLED',
  'UNAVAILABLE',
  'SERIALIZATION_CONFLICT',
  'RATE_LIMIT_EXCEEDED',
  'DATABASE_ERROR',
  'TX_ABORTED',
  'TX_LOST',
  'INTERNAL_ERROR',
  'UNAUTHORIZED',
  'CAPABILITY_NOT_SUPPORTED',
  'DATA_CORRUPT',
  'SCHEMA_MISMATCH',
  'OUTCOME_UNKNOWN',
])

/** Whether the same call would fail in the same way again. */
export function isLasting(error: unknown): error is DBALError {
  return isDBALError(error) && !PASSING.has(error.code)
}

export function resultText(result: JsonValue): string {
  return JSON.stringify({ result })
}

/** Without the ids of the call that failed, and without its cause. */
export function failureText({ code, message, httpStatus, details, retryable, outcome }: DBALError) {
  return JSON.stringify({ failure: { code, message, httpStatus, details, retryable, outcome } })
}

/** Throws what the call failed with, if it did. */
export function readAnswer(text: string): JsonValue {
  const stored = JSON.parse(text) as Stored
  if ('result' in stored) return stored.result
  const { code, ...init } = stored.failure
  throw new DBALError(code, init)
}
