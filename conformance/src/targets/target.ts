import type { Adapter, Model } from '@proj/dbal-contract'

/** An engine that cases are played on. */
export interface Target {
  readonly name: string
  /**
   * A store of its own, empty and at the model. What it opens, `close` of the adapter closes; a store that
   * only lives as long as the adapter needs nothing else.
   */
  open(model: Model): Promise<Adapter>
}
