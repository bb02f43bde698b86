// What a handler of an operation is given. Everything it does to data goes through `store`.
import type { RunningOptions, Principal } from '@proj/dbal-contract'
import type { GuardedStore } from '@proj/dbal-policy'
import type { Entity, OperationSpec } from '@proj/dbal-schema'
import type { Runtime } from '../runtime.ts'
import type { WriteBudget } from '../write/write-budget.ts'

export interface OperationContext {
  readonly runtime: Runtime
  readonly entity: Entity
  readonly operation: OperationSpec
  readonly principal: Principal
  readonly store: GuardedStore
  /** One instant for the whole call. */
  readonly now: Date
  /** Of a record that another is written under: how deep, and what the call may still write. */
  readonly nesting?: Nesting | undefined
  readonly options: RunningOptions
  /** The id of a handled call, made when it is first needed; absent where nothing is told by it. */
  readonly requestId?: (() => string) | undefined
}

export interface Nesting {
  readonly depth: number
  readonly budget: WriteBudget
}

/** A built-in operation: validated input to answer. */
export type BuiltInHandler = (
  context: OperationContext,
  input: Readonly<Record<string, unknown>>,
) => Promise<unknown>
