import type { OperationContext } from '../operation/operation-context.ts'

/** Runs on the open transaction where there is one, else in one of its own. */
export function inTransaction<T>(
  context: OperationContext,
  work: (inner: OperationContext) => Promise<T>,
): Promise<T> {
  return context.store.inTransaction ? work(context) : inSavepoint(context, work)
}

/** A transaction of its own, which in an open one is a part whose failure the rest survives. */
export function inSavepoint<T>(
  context: OperationContext,
  work: (inner: OperationContext) => Promise<T>,
): Promise<T> {
  return context.store.transaction((store) => work({ ...context, store }))
}
