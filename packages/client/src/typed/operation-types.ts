// The operations a spec adds to the standard ones, as methods of the accessor and as handlers.
import type { CallOptions, Principal } from '@proj/dbal-contract'
import type { EntityTypes } from './entity-types.ts'
import type { Include, ListOptions, Result, Select, Selection } from './selection-types.ts'

/** `Input` as an object; where one input is required, its value alone will do (`Bare`). */
export type TypedOperation<Input, Output, Bare = never> = (
  input: Input | Bare,
  options?: CallOptions,
) => Promise<Output>

/** An operation without required inputs. */
export type OptionalOperation<Input, Output> = (
  input?: Input,
  options?: CallOptions,
) => Promise<Output>

/** `readByEmail('ada@example.com')`, or `{ email, select, include }`: the row, or NOT_FOUND. */
export type FindOne<E extends EntityTypes, Input, Bare = never> = <
  const S extends Select<E> | undefined = undefined,
  const I extends Include<E> = {},
>(
  input: Bare | (Input & Selection<E, S, I>),
  options?: CallOptions,
) => Promise<Result<E, S, I>>

/** As `FindOne`, but null where there is no row. */
export type FindFirst<E extends EntityTypes, Input, Bare = never> = <
  const S extends Select<E> | undefined = undefined,
  const I extends Include<E> = {},
>(
  input: Bare | (Input & Selection<E, S, I>),
  options?: CallOptions,
) => Promise<Result<E, S, I> | null>

/** `listByPageId('…')`, or `{ pageId, filter, sort, … }`: a plain array. */
export type FindMany<E extends EntityTypes, Input, Bare = never> = <
  const S extends Select<E> | undefined = undefined,
  const I extends Include<E> = {},
>(
  input: Bare | (Input & ListOptions<E, E['filter'], S, I>),
  options?: CallOptions,
) => Promise<Result<E, S, I>[]>

/** What a registered handler is given. `Secret` holds the fields that its operation declares in `reads`. */
export interface TypedHandlerContext<Client, System, Input, Where, Secret> {
  readonly input: Input
  /** Acts as the caller: every rule applies. */
  readonly client: Client
  /** Trusted: rules do not apply. */
  readonly system: System
  readonly principal: Principal
  readSecret(where: Where): Promise<Secret | undefined>
  readonly options: CallOptions
}

/** Code for an operation that has no built-in meaning. */
export type TypedHandler<Client, System, Input, Output, Where, Secret> = (
  context: TypedHandlerContext<Client, System, Input, Where, Secret>,
) => Output | Promise<Output>
