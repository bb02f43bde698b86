import { invalid, type Query } from '@proj/dbal-contract'
import type { OperationContext } from '../operation/operation-context.ts'
import { QueryBuilder } from './query-builder.ts'

export function newBuilder({ runtime, store }: OperationContext): QueryBuilder {
  return new QueryBuilder(runtime.model, store.access, runtime.maxComplexity)
}

/** Throws VALIDATION_ERROR with every problem the builder met. */
export function demandValid(builder: QueryBuilder): void {
  builder.demandSimple()
  if (builder.errors.length > 0) throw invalid(builder.errors)
}

/** The kept query of this shape; what it was compiled to hangs on its identity. */
export function template<Q extends Query>(
  { runtime, store, entity, operation }: OperationContext,
  shape: string,
  build: () => Q,
): Q {
  const key = `${entity.name}.${operation.name}|${shape}`
  return runtime.templates.get(store.access, key, build) as Q
}
