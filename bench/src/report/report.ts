import type { Spread } from '../measure/quantiles.ts'

export interface PeerResult extends Spread {
  readonly peer: string
  /** Figures that the spread is of. */
  readonly samples: number
  /** Of DBAL: shares of the time by layer. */
  readonly layers?: Readonly<Record<string, number>>
}

export interface WorkResult {
  /** `<engine>-<work>`, or the name of a process work. */
  readonly name: string
  readonly engine?: string
  readonly unit: 'µs' | 'ms' | 'KiB'
  readonly results: readonly PeerResult[]
}

export interface LeftOut {
  readonly what: string
  readonly reason: string
}

export interface TargetResult {
  readonly says: string
  /** Whose figure it is about, and of which work; absent where it is of several. */
  readonly work?: string
  readonly peer?: string
  readonly ratio: number
  readonly limit: number
  readonly holds: boolean
}

/** Rounds of works on engines in this process, and on servers; some works have fewer. */
export interface Rounds {
  readonly embedded: number
  readonly server: number
}

/** What `--report` writes. */
export interface Report {
  readonly date: string
  readonly machine: Readonly<Record<string, string>>
  readonly versions: Readonly<Record<string, string>>
  readonly engines: Readonly<Record<string, string>>
  readonly rounds: Rounds
  /** Peers by name, and what they are. */
  readonly peers: Readonly<Record<string, string>>
  readonly works: readonly WorkResult[]
  /** Works of a peer whose answers differ; they are not timed. */
  readonly differing: readonly LeftOut[]
  readonly leftOut: readonly LeftOut[]
  readonly targets: readonly TargetResult[]
}
