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
  #hears = false
  readonly #touched = new PlanCache<ReadonlySet<string>>()
  readonly #listeners = new Set<NoticeListener>()

  constructor(model: Model, bus: NoticeBus | undefined) {
    this.#model = model
    this.#bus = bus
  }

  /** Until what is answered is called. */
  listen(listener: NoticeListener): () => void {
    this.#listeners.add(listener)
    // The bus connects for the first who listens.
    if (!this.#hears) this.#bus?.listen((entities) => this.#tell(entities))
    this.#hears = true
    return () => this.#listeners.delete(listener)
  }

  committed(queries: ReadonlySet<Query>): void {
    if (this.#listeners.size === 0 && this.#bus === undefined) return
    const entities = new Set<string>()
    for (const query of queries) {
      // The audit log's own table is no entity of the contract.
      if (!this.#model.entities.has(query.entity)) continue
      const touched = this.#touched.get(query, '', () => touchedEntities(this.#model, query))
      for (const entity of touched) entities.add(entity)
    }
    if (entities.size === 0) return
    this.#tell(entities)
    this.#bus?.publish(entities)
  }

  async close(): Promise<void> {
    this.#listeners.clear()
    await this.#bus?.close()
  }

  #tell(entities: ReadonlySet<string> | undefined): void {
    for (const listener of this.#listeners) listener(entities)
  }
}
