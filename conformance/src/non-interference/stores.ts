// Where worlds are stored: a new store for each game where that costs nothing, else stores that are emptied
// and used again, one set for each shape of the tables.
import type { Adapter } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import { borrowed } from '../targets/closed-with.ts'
import { emptyStore } from '../targets/empty-store.ts'
import type { Target } from '../targets/target.ts'
import type { Shape } from './world.ts'

export class Stores {
  readonly #target: Target
  readonly #kept = new Map<string, Promise<Adapter>>()

  constructor(target: Target) {
    this.#target = target
  }

  /** An empty store; `place` tells those apart that are needed at the same time. */
  async open(model: Model, shape: Shape, place = 0): Promise<Adapter> {
    if (this.#target.name === 'memory') return this.#target.open(model)
    const key = JSON.stringify([shape, place])
    let store = this.#kept.get(key)
    if (store === undefined) {
      store = this.#target.open(model)
      this.#kept.set(key, store)
    }
    const adapter = await store
    await emptyStore(adapter, model)
    return borrowed(adapter)
  }

  async close(): Promise<void> {
    const stores = await Promise.all(this.#kept.values())
    this.#kept.clear()
    await Promise.all(stores.map((store) => store.close()))
  }
}

/** A server makes a database for each shape, so there are few: what goes with its parent, and what does not. */
export const FEW_SHAPES: readonly Shape[] = [
  { docOwner: 'cascade', docParent: 'set_null', noteDoc: 'cascade', noteAuthor: 'set_null' },
  { docOwner: 'set_null', docParent: 'cascade', noteDoc: 'restrict', noteAuthor: 'cascade' },
]
