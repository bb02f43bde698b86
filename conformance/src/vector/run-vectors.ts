// Cases on a target: one store for each workspace, emptied before each case.
import type { Adapter, Model } from '@proj/dbal-contract'
import { emptyStore } from '../targets/empty-store.ts'
import type { Target } from '../targets/target.ts'
import { tracked } from '../targets/tracked.ts'
import { checkVector } from './check-vector.ts'
import { playVector, type Outcome } from './play-vector.ts'
import type { Vector } from './vector.ts'

export interface VectorResult {
  readonly vector: Vector
  readonly target: string
  readonly outcome: Judged
  readonly milliseconds: number
}

export type Judged =
  | Outcome
  /** A known failure that still fails, as it must. */
  | { readonly result: 'known'; readonly reason: string }

/** The stores of one target, opened when a case needs them. */
export class VectorRun {
  readonly #target: Target
  readonly #stores = new Map<Model, Promise<Adapter>>()
  /** Of each store, the entities that may have rows. */
  readonly #stored = new Map<Adapter, Set<string>>()

  constructor(target: Target) {
    this.#target = target
  }

  /** It rejects only when the store cannot be opened or emptied. */
  async play(vector: Vector, model: Model): Promise<VectorResult> {
    const began = performance.now()
    const outcome = await this.#outcome(vector, model)
    const target = this.#target.name
    return { vector, target, outcome, milliseconds: performance.now() - began }
  }

  async close(): Promise<void> {
    const stores = await Promise.all(this.#stores.values())
    await Promise.all(stores.map((store) => store.close()))
    this.#stores.clear()
  }

  async #outcome(vector: Vector, model: Model): Promise<Judged> {
    const fault = checkVector(vector, model)
    if (fault !== undefined) return { result: 'fail', reason: fault, step: -1 }
    const store = await this.#store(model)
    await emptyStore(store, model, this.#stored.get(store))
    const stored = new Set<string>()
    this.#stored.set(store, stored)
    const outcome = await playVector(vector, model, tracked(store, stored), this.#target.face)
    const { engine, name } = this.#target
    const known = vector.knownFailures[engine ?? name]
    if (known === undefined) return outcome
    if (outcome.result === 'fail') return { result: 'known', reason: known }
    return { result: 'fail', reason: `it is a known failure (${known}), and passes`, step: -1 }
  }

  #store(model: Model): Promise<Adapter> {
    let store = this.#stores.get(model)
    if (store === undefined) {
      store = this.#target.open(model)
      this.#stores.set(model, store)
    }
    return store
  }
}
