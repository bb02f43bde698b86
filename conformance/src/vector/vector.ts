// A conformance case as data. The form is `conformance.schema.json`; what it means is docs/guides/conformance.md.
import type { SourceRange } from '@proj/dbal-schema'

export type PlainRecord = Readonly<Record<string, unknown>>

/** Who asks: null or nothing in it is anonymous, `{ system: true }` the system principal. */
export type Asking = PlainRecord | null

export interface ExpectedError {
  /** The HTTP status or the name. */
  readonly code?: number | string
  readonly message?: string
  readonly fields?: readonly string[]
  readonly details?: PlainRecord
  /** An earlier step that answered an error with the same code, message and details. */
  readonly same_as?: number
}

export interface Expected {
  readonly status: 'success' | 'error'
  readonly output?: unknown
  readonly error?: ExpectedError
}

interface StepBase {
  readonly name?: string
  readonly as?: Asking
  readonly context?: PlainRecord
}

export interface OperationStep extends StepBase {
  readonly action: string
  readonly entity: string
  readonly input?: unknown
  readonly expected: Expected
}

export interface TransactionStep extends StepBase {
  readonly transaction: readonly Step[]
  readonly isolation?: 'read_committed' | 'repeatable_read' | 'serializable'
  readonly rollback?: boolean
  readonly expected?: Expected
}

/** A program on the store, by the feature that it shows (src/probes). */
export interface ProbeStep extends StepBase {
  readonly probe: string
}

/** Operations that are made at once, none waiting for another. */
export interface TogetherStep {
  readonly name?: string
  readonly together: readonly OperationStep[]
}

export type Step = OperationStep | TransactionStep | ProbeStep | TogetherStep

export interface Vector {
  readonly name: string
  readonly spec: readonly string[]
  /** Folder of the workspace it is about; undefined: the one that the run is given. */
  readonly workspace: string | undefined
  readonly as: Asking | undefined
  readonly context: PlainRecord | undefined
  readonly given: Readonly<Record<string, readonly PlainRecord[]>>
  readonly requires: readonly string[]
  readonly maxQueryComplexity: number | undefined
  readonly knownFailures: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
  /** The first folder of its path: the chapter. */
  readonly chapter: string
  readonly source: SourceRange
}

export function isProbe(step: Step): step is ProbeStep {
  return 'probe' in step
}

export function isTogether(step: Step): step is TogetherStep {
  return 'together' in step
}

export function isTransaction(step: Step): step is TransactionStep {
  return 'transaction' in step
}
