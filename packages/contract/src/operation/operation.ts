import type { StopSignal } from './stop-signal.ts'
import type { ResultRow } from '../value/value.ts'

/** What a caller asks; the flat form that the wire and the vectors use. */
export interface Operation {
  readonly entity: string
  /** camelCase or snake_case. */
  readonly action: string
  readonly input?: Readonly<Record<string, unknown>> | undefined
}

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds; 30 000 by default. */
  readonly timeoutMs?: number | undefined
  readonly requestId?: string | undefined
  readonly idempotencyKey?: string | undefined
}

/** The same while the call runs. */
export interface RunningOptions extends Omit<CallOptions, 'signal'> {
  readonly signal?: StopSignal | undefined
}

export interface Page {
  readonly data: readonly ResultRow[]
  readonly limit: number
  readonly hasMore: boolean
  /** From 1; absent when a cursor was used. */
  readonly page?: number
  readonly nextCursor?: string
  /** Only when the call asked for a count. */
  readonly total?: number
}
