// Writes over relations inside `create` and `update`.
import type { AnyRelation, EntityTypes } from './entity-types.ts'
import type { Without } from './value-types.ts'

type OneOrMany<T> = T | readonly T[]

type Created<R extends AnyRelation> = Without<R['target']['create'], R['linked']>

interface ConnectOrCreate<R extends AnyRelation> {
  where: R['target']['unique']
  create: Created<R>
}

/** One of the four; `disconnect` only where the link may be empty. */
export type WriteOne<R extends AnyRelation> =
  | { connect: R['target']['unique'] }
  | { create: Created<R> }
  | { connectOrCreate: ConnectOrCreate<R> }
  | (R['optional'] extends true ? { disconnect: true } : never)

export type WriteMany<R extends AnyRelation> = {
  connect?: OneOrMany<R['target']['unique']>
  create?: OneOrMany<Created<R>>
  connectOrCreate?: OneOrMany<ConnectOrCreate<R>>
} & (R['optional'] extends true
  ? {
      disconnect?: OneOrMany<R['target']['unique']>
      /** Exactly these; the others are let go. */
      set?: readonly R['target']['unique'][]
    }
  : unknown)

/** The write that a relation takes. */
export type RelationWrite<
  E extends EntityTypes,
  K extends keyof E['relations'],
> = E['relations'][K] extends infer R extends AnyRelation
  ? R['many'] extends true
    ? WriteMany<R>
    : WriteOne<R>
  : never
