import { ERROR_CATALOGUE, type KnownErrorCode } from '@proj/dbal-schema/model'

export type { KnownErrorCode }

/** The HTTP status of each code that always exists. */
export const ERROR_CODES = Object.fromEntries(
  Object.entries(ERROR_CATALOGUE).map(([code, { httpStatus }]) => [code, httpStatus]),
) as Readonly<Record<KnownErrorCode, number>>
export type ErrorCode = KnownErrorCode | (string & {})

const RETRYABLE: ReadonlySet<string> = new Set([
  'SERIALIZATION_CONFLICT',
  'UNAVAILABLE',
  'RATE_LIMIT_EXCEEDED',
])

export interface FieldError {
  readonly field: string
  readonly error: string
}

/** Safe to show to the caller: no values, SQL or names of constraints. */
export interface ErrorDetails {
  /** The operation's or layer's own sentence. */
  readonly reason?: string
  readonly fields?: readonly FieldError[]
  /** What a CONFLICT is about. */
  readonly conflict?: 'unique' | 'foreign_key' | 'version'
  /** The failing item of a bulk operation, from 0. */
  readonly index?: number
  /** Seconds. */
  readonly retryAfter?: number
  readonly capability?: string
  readonly [key: string]: unknown
}

export interface DBALErrorInit {
  readonly message?: string
  readonly httpStatus?: number
  readonly details?: ErrorDetails | undefined
  readonly retryable?: boolean
  readonly outcome?: 'none' | 'unknown' | 'applied' | undefined
  readonly requestId?: string | undefined
  readonly decisionId?: string | undefined
  readonly cause?: unknown
}

/** The one error of the product. `cause` exists in process only and never crosses a wire. */
export class DBALError extends Error {
  override readonly name = 'DBALError'
  readonly code: ErrorCode
  readonly httpStatus: number
  // Declared only: what an error does not have is no key of it.
  declare readonly details?: ErrorDetails
  readonly retryable: boolean
  declare readonly outcome?: 'none' | 'unknown' | 'applied'
  declare readonly requestId?: string
  declare readonly decisionId?: string

  constructor(code: ErrorCode, init: DBALErrorInit = {}) {
    const known = Object.hasOwn(ERROR_CATALOGUE, code)
      ? ERROR_CATALOGUE[code as KnownErrorCode]
      : undefined
    super(
      init.message ?? known?.message ?? code,
      init.cause === undefined ? undefined : { cause: init.cause },
    )
    this.code = code
    this.httpStatus = init.httpStatus ?? known?.httpStatus ?? 500
    this.retryable = init.retryable ?? RETRYABLE.has(code)
    if (init.details !== undefined) this.details = init.details
    if (init.outcome !== undefined) this.outcome = init.outcome
    if (init.requestId !== undefined) this.requestId = init.requestId
    if (init.decisionId !== undefined) this.decisionId = init.decisionId
  }

  toJSON(): Record<string, unknown> {
    const { name, code, httpStatus, message, details, retryable, outcome } = this
    const { requestId, decisionId } = this
    const all = {
      name,
      code,
      httpStatus,
      message,
      details,
      retryable,
      outcome,
      requestId,
      decisionId,
    }
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  }
}

/** The same error with more said of it, or in other words. */
export function amend(error: DBALError, more: DBALErrorInit): DBALError {
  const { code, message, httpStatus, details, retryable, outcome } = error
  const { requestId, decisionId, cause } = error
  return new DBALError(code, {
    message,
    httpStatus,
    details,
    retryable,
    outcome,
    requestId,
    decisionId,
    cause,
    ...more,
  })
}

/** True for any copy of the class, so that two installed versions understand each other. */
export function isDBALError(error: unknown): error is DBALError {
  return error instanceof Error && error.name === 'DBALError' && 'code' in error
}

/** The sentence of a code, before errors.yaml has its say. */
export function defaultMessage(code: KnownErrorCode): string {
  return ERROR_CATALOGUE[code].message
}
