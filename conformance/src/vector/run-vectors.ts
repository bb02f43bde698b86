// Cases on a target: one store for each workspace, emptied before each case.
import type { Adapter, Feature, Model } from '@proj/dbal-contract'
import { emptyStore } from '../targets/empty-store.ts'
import type { Target } from '../targets/target.ts'
import { tracked } from '../targets/tracked.ts'
import { checkVector } from './check-vector.ts'
import { playVector, type Outcome } from './play-vector.ts'
import { isProbe, type Vector } from './vector.ts'

export interface VectorResult {
  readonly vector: Vector
  readonly target: string
  readonly outcome: Judged
  readonly milliseconds: number
  /** What there is on the target, as a client says; absent where nothing was opened. */
  readonly features?: ReadonlySet<Feature> | undefined
}

export type Judged =
  | Outcome
  /** A known failure that still fails, as it must. */
  | { readonly result: 'known'; readonly reason: string }

/** Stores that are open at once: some engines take hundreds of megabytes for each. */
const MAX_STORES = 8

/** The stores of one target, opened when a case needs them; the one unused longest is closed for another. */
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
    const judged = await this.#judge(vector, model)
    const target = this.#target.name
    return { vector, target, ...judged, milliseconds: performance.now() - began }
  }

  async close(): Promise<void> {
    const stores = await Promise.all(this.#stores.values())
    await Promise.all(stores.map((store) => store.close()))
    this.#stores.clear()
  }

  async #judge(vector: Vector, model: Model): Promise<Pick<VectorResult, 'outcome' | 'features'>> {
    const fault = checkVector(vector, model)
    if (fault !== undefined) return { outcome: { result: 'fail', reason: fault, step: -1 } }
    const store = await this.#store(model)
    await this.#dropOldest()
    await emptyStore(store, model, this.#stored.get(store))
    const stored = new Set<string>()
    this.#stored.set(store, stored)
    const played = await playVector(vector, model, tracked(store, stored), this.#target.face)
    const { outcome, features } = played
    // A probe that ends early may leave tables as no other case expects them.
    if (outcome.result === 'fail' && vector.steps.some(isProbe)) await this.#discard(model, store)
    const { engine, name } = this.#target
    const known = vector.knownFailures[engine ?? name]
    if (known === undefined) return { outcome, features }
    if (outcome.result === 'fail') return { outcome: { result: 'known', reason: known }, features }
    const reason = `it is a known failure (${known}), and passes`
    return { outcome: { result: 'fail', reason, step: -1 }, features }
  }

  async #discard(model: Model, store: Adapter): Promise<void> {
    this.#stores.delete(model)
    this.#stored.delete(store)
    await store.close()
  }

  #store(model: Model): Promise<Adapter> {
    const store = this.#stores.get(model) ?? this.#open(model)
    // The one used last is the last.
    this.#stores.delete(model)
    this.#stores.set(model, store)
    return store
  }

  #open(model: Model): Promise<Adapter> {
    const opening = this.#target.open(model)
    // What could not be opened is nothing to close.
    opening.catch(() => this.#stores.delete(model))
    return opening
  }

  async #dropOldest(): Promise<void> {
    const [oldest] = this.#stores
    if (oldest !== undefined && this.#stores.size > MAX_STORES)
      await this.#discard(oldest[0], await oldest[1])
  }
}
