// Where a feed's answers come from: the caller's own `list`, through all layers.
import {
  underEither,
  type Page,
  type Principal,
  type ResultRow,
  type RunningOptions,
  type StopSignal,
} from '@proj/dbal-contract'
import type { AggregateQuery, Value } from '@proj/dbal-contract'
import type { Entity, Field, Model } from '@proj/dbal-schema'
import { runOperation } from '../operation/run-operation.ts'
import type { Runtime } from '../runtime.ts'
import { ReadingStore } from './reading-store.ts'

export interface Answer {
  readonly rows: readonly ResultRow[]
  /** The entities that it depends on. */
  readonly read: ReadonlySet<string>
}

export class FeedSource {
  readonly entity: Entity
  readonly #runtime: Runtime
  /** A subscription is one list to the audit log and to rate limits, however often it is run again. */
  readonly #unnoticed: Runtime
  readonly #principal: Principal
  readonly #input: () => Readonly<Record<string, unknown>>

  /** @param input makes it anew, so that no run sees what another did to it */
  constructor(
    runtime: Runtime,
    principal: Principal,
    entity: Entity,
    input: () => Readonly<Record<string, unknown>>,
  ) {
    this.entity = entity
    this.#runtime = runtime
    this.#unnoticed = { ...runtime, audit: undefined, limits: undefined }
    this.#principal = principal
    this.#input = input
  }

  get model(): Model {
    return this.#runtime.model
  }

  /** @param first the options of the subscriber who asks for the first time */
  async list(stop: StopSignal, first?: RunningOptions): Promise<Answer> {
    const store = new ReadingStore(this.#runtime.store, this.model)
    const page = await underEither(stop, first?.signal, (signal) =>
      runOperation(
        first === undefined ? this.#unnoticed : this.#runtime,
        { principal: this.#principal, store, inTransaction: false, defaults: {} },
        { entity: this.entity.name, action: 'list', input: this.#input() },
        { ...first, signal },
      ),
    )
    store.read.add(this.entity.name)
    return { rows: (page as Page).data, read: store.read }
  }

  /** Milliseconds until the first row of an entity is past its `ttl`, of all that there are; else undefined. */
  async expiresIn(name: string): Promise<number | undefined> {
    const { model, store, now } = this.#runtime
    const entity = model.entities.get(name)
    const field = entity?.fields.get(entity.ttl?.field ?? '')
    if (field === undefined) return undefined
    const { rows } = await store.run(soonest(name, field), [])
    const value = rows[0]?.['soonest'] as Value | undefined
    if (value === undefined || value === null) return undefined
    const at = value instanceof Date ? value.getTime() : Number(value)
    return at - now().getTime()
  }
}

const queries = new WeakMap<Field, AggregateQuery>()

function soonest(entity: string, field: Field): AggregateQuery {
  const known = queries.get(field)
  if (known !== undefined) return known
  const query: AggregateQuery = {
    kind: 'aggregate',
    entity,
    where: { kind: 'true' },
    groupBy: [],
    terms: [{ function: 'min', field: field.name, as: 'soonest' }],
    sort: [],
  }
  queries.set(field, query)
  return query
}
