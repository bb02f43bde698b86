import type { Auth, DBALClient, ScopedClient } from '@proj/dbal'
import type { Adapter, Model } from '@proj/dbal-contract'

/** An engine that cases are played on. */
export interface Target {
  readonly name: string
  /** The one whose known failures it shares; its own name where this is absent. */
  readonly engine?: string
  /**
   * A store of its own, empty and at the model. What it opens, `close` of the adapter closes; a store that
   * only lives as long as the adapter needs nothing else.
   */
  open(model: Model): Promise<Adapter>
  /** Who asks, where it is not a client on the store itself. */
  face?(client: DBALClient, model: Model): Promise<Caller>
}

/** What cases ask: of any principal. */
export interface Caller {
  /** False where nobody but the system can open one: cases with one are refused then. */
  readonly transactions?: boolean
  system(): ScopedClient
  as(auth: Auth): ScopedClient
  close(): Promise<void>
}
