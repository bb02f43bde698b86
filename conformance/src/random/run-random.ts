// Random programs and worlds on the targets in turn, round after round, each with a seed of its own: as many rounds
// as the budget has time for, or one.
import fc from 'fast-check'
import { runDifferential, type CounterExample } from '../differential/run-differential.ts'
import { gamesWith } from '../non-interference/games.ts'
import { findLeak, type Game, type Leak } from '../non-interference/play.ts'
import { FEW_SHAPES, Stores } from '../non-interference/stores.ts'
import type { Target } from '../targets/target.ts'

export interface RandomOptions {
  readonly targets: readonly Target[]
  readonly seed: number
  /** Milliseconds after which no round is begun; absent: one round. */
  readonly budget?: number | undefined
  /** Of a round, on each target. */
  readonly programs?: number | undefined
  readonly worlds?: number | undefined
  /** Ends the run with what it has found so far. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((target: string, played: Played) => void) | undefined
  readonly onFinding?: ((finding: Finding) => unknown) | undefined
}

export interface Played {
  readonly target: string
  programs: number
  worlds: number
}

export type Finding =
  | ({ readonly kind: 'difference' } & CounterExample)
  | {
      readonly kind: 'leak'
      readonly target: string
      readonly seed: number
      readonly game: Game
      readonly leak: Leak
    }

export interface RandomReport {
  readonly seed: number
  readonly rounds: number
  /** It was ended by the signal. */
  readonly interrupted: boolean
  readonly played: readonly Played[]
  readonly findings: readonly Finding[]
}

/** Rejects when a target cannot be opened. The memory is the oracle of programs, so only worlds are played on it. */
export async function runRandom(options: RandomOptions): Promise<RandomReport> {
  const { targets, budget = 0, signal } = options
  const ends = performance.now() + budget
  const played = targets.map(({ name }): Played => ({ target: name, programs: 0, worlds: 0 }))
  const findings: Finding[] = []
  let rounds = 0
  try {
    do {
      for (const [n, target] of targets.entries()) {
        // One round is played whole; of the next ones, what there is time for.
        if (rounds > 0 && performance.now() >= ends) break
        const round = new Round(options, target, options.seed + rounds, played[n] as Played)
        for (const finding of await round.play()) {
          findings.push(finding)
          await options.onFinding?.(finding)
        }
      }
      rounds += 1
    } while (performance.now() < ends)
  } catch (error) {
    if (signal?.aborted !== true) throw error
  }
  return { seed: options.seed, rounds, interrupted: signal?.aborted === true, played, findings }
}

const PROGRAMS = 100
const WORLDS = 20

class Round {
  readonly #options: RandomOptions
  readonly #target: Target
  readonly #seed: number
  readonly #played: Played

  constructor(options: RandomOptions, target: Target, seed: number, played: Played) {
    this.#options = options
    this.#target = target
    this.#seed = seed
    this.#played = played
  }

  async play(): Promise<readonly Finding[]> {
    const found = [await this.#programs(), await this.#worlds()]
    return found.filter((finding) => finding !== undefined)
  }

  async #programs(): Promise<Finding | undefined> {
    const { programs = PROGRAMS, signal } = this.#options
    if (this.#target.name === 'memory') return undefined
    const before = this.#played.programs
    const found = await runDifferential({
      target: this.#target,
      seed: this.#seed,
      programs,
      signal,
      onProgress: (done) => {
        this.#played.programs = before + done
        this.#progress()
      },
    })
    return found === undefined ? undefined : { kind: 'difference', ...found }
  }

  async #worlds(): Promise<Finding | undefined> {
    const { worlds = WORLDS, signal } = this.#options
    const games = gamesWith(this.#target.name === 'memory' ? {} : { shapes: FEW_SHAPES })
    const stores = new Stores(this.#target)
    let last: Leak | undefined
    const property = fc.asyncProperty(games, async (game) => {
      signal?.throwIfAborted()
      const leak = await findLeak(game, undefined, stores)
      last = leak ?? last
      this.#played.worlds += 1
      this.#progress()
      return leak === undefined
    })
    try {
      const result = await fc.check(property, { seed: this.#seed, numRuns: worlds })
      signal?.throwIfAborted()
      if (result.counterexample === null) return undefined
      if (last === undefined) throw result.errorInstance
      const [game] = result.counterexample
      return { kind: 'leak', target: this.#target.name, seed: this.#seed, game, leak: last }
    } finally {
      await stores.close()
    }
  }

  #progress(): void {
    this.#options.onProgress?.(this.#target.name, this.#played)
  }
}
