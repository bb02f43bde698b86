import type { EngineName } from '../engine/engine.ts'
import type { Session } from './session.ts'

export interface Target {
  readonly engine: EngineName
  readonly url: string
  readonly statements: readonly string[]
  readonly poolSize: number
  /** Who is signed in, for peers with access rules. */
  readonly owner: string
  /** The generated PrismaClient class for an engine. */
  readonly prismaClient: (engine: EngineName) => Promise<unknown>
}

export interface Peer {
  readonly name: string
  /** What it is, for a reader of the report. */
  readonly says: string
  readonly engines: readonly EngineName[]
  /** Packages whose versions the report names. */
  readonly packages: readonly string[]
  /** Whether it is installed on demand, beside the repository's own packages. */
  readonly onDemand: boolean
  open(target: Target): Promise<Session>
}
