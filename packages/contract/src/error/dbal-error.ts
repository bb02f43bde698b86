/** The codes that always exist; errors.yaml may add more. */
export const ERROR_CODES = {
  NOT_FOUND: 404,
  CONFLICT: 409,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  VALIDATION_ERROR: 422,
  RATE_LIMIT_EXCEEDED: 429,
  INTERNAL_ERROR: 500,
  TIMEOUT: 504,
  DATABASE_ERROR: 503,
  CAPABILITY_NOT_SUPPORTED: 501,
  SANDBOX_VIOLATION: 403,
  MALICIOUS_CODE_DETECTED: 403,
  TX_ABORTED: 409,
  TX_LOST: 409,
  SERIALIZATION_CONFLICT: 409,
  SCHEMA_MISMATCH: 409,
  OUTCOME_UNKNOWN: 504,
  CANCELLED: 499,
  DATA_CORRUPT: 500,
  UNAVAILABLE: 503,
} as const

export type KnownErrorCode = keyof typeof ERROR_CODES
export type ErrorCode = KnownErrorCode | (string & {})

const RETRYABLE: ReadonlySet<string> = new Set([
  'SERIALIZATION_CONFLICT',
  'UNAVAILABLE',
  'RATE_LIMIT_EXCEEDED',
])

const MESSAGES: Readonly<Record<KnownErrorCode, string>> = {
  NOT_FOUND: 'The record was not found',
  CONFLICT: 'The change conflicts with stored data',
  UNAUTHORIZED: 'Sign in to do this',
  FORBIDDEN: 'You may not do this',
  VALIDATION_ERROR: 'The input is not valid',
  RATE_LIMIT_EXCEEDED: 'Too many attempts; try again later',
  INTERNAL_ERROR: 'Something went wrong on our side',
  TIMEOUT: 'The operation took too long',
  DATABASE_ERROR: 'The database could not answer',
  CAPABILITY_NOT_SUPPORTED: 'This database cannot do that',
  SANDBOX_VIOLATION: 'The code tried to do something it may not',
  MALICIOUS_CODE_DETECTED: 'The code was refused by the scanner',
  TX_ABORTED: 'The transaction was rolled back because a step in it failed',
  TX_LOST: 'The transaction was lost with its connection',
  SERIALIZATION_CONFLICT: 'Another transaction changed the same data; try again',
  SCHEMA_MISMATCH: 'Client and server disagree about the schema',
  OUTCOME_UNKNOWN: 'The connection was lost before the answer; the change may have happened',
  CANCELLED: 'The operation was cancelled',
  DATA_CORRUPT: 'Stored data does not fit the schema',
  UNAVAILABLE: 'The service is not available; try again',
}

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
  readonly outcome?: 'none' | 'unknown' | 'applied'
  readonly requestId?: string
  readonly decisionId?: string
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
    const known = Object.hasOwn(ERROR_CODES, code) ? (code as KnownErrorCode) : undefined
    super(
      init.message ?? (known === undefined ? code : MESSAGES[known]),
      init.cause === undefined ? undefined : { cause: init.cause },
    )
    this.code = code
    this.httpStatus = init.httpStatus ?? (known === undefined ? 500 : ERROR_CODES[known])
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

/** True for any copy of the class, so that two installed versions understand each other. */
export function isDBALError(error: unknown): error is DBALError {
  return error instanceof Error && error.name === 'DBALError' && 'code' in error
}

/** The sentence of a code, before errors.yaml has its say. */
export function defaultMessage(code: KnownErrorCode): string {
  return MESSAGES[code]
}
