import { invalid, type Query } from '@proj/dbal-contract'
import { PlanCache, type PrincipalAccess } from '@proj/dbal-policy'
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
  { store: { access }, operation }: OperationContext,
  shape: string,
  build: () => Q,
): Q {
  let templates = known.get(access)
  if (templates === undefined) {
    templates = new PlanCache()
    known.set(access, templates)
  }
  return templates.get(operation, shape, build) as Q
}

/** By what may be read and written, then by operation and shape. */
const known = new WeakMap<PrincipalAccess, PlanCache<Query>>()
