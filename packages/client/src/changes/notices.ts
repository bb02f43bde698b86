// Who is told that entities were written and committed: the feeds of this process, and over a bus those of
// others. A notice has names of entities and nothing else.
import type { Query } from '@proj/dbal-contract'
import { PlanCache } from '@proj/dbal-policy'
import type { Model } from '@proj/dbal-schema'
import type { NoticeBus } from './notice-bus.ts'
import { touchedEntities } from './touched-entities.ts'

/** Undefined: anything may have changed. */
export type NoticeListener = (entities: ReadonlySet<string> | undefined) => void

export class Notices {
  readonly #model: Model
  readonly #bus: NoticeBus | undefined
  readonly #touched = new PlanCache<ReadonlySet<string>>()
  #listener: NoticeListener | undefined

  constructor(model: Model, bus: NoticeBus | undefined) {
    this.#model = model
    this.#bus = bus
  }

  /** From the first subscription on. */
  listen(listener: NoticeListener): void {
    this.#listener = listener
    this.#bus?.listen(listener)
  }

  committed(queries: ReadonlySet<Query>): void {
    if (this.#listener === undefined && this.#bus === undefined) return
    const entities = new Set<string>()
    for (const query of queries) {
      // The audit log's own table is no entity of the contract.
      if (!this.#model.entities.has(query.entity)) continue
      const touched = this.#touched.get(query, '', () => touchedEntities(this.#model, query))
      for (const entity of touched) entities.add(entity)
    }
    if (entities.size === 0) return
    this.#listener?.(entities)
    this.#bus?.publish(entities)
  }

  async close(): Promise<void> {
    this.#listener = undefined
    await this.#bus?.close()
  }
}
