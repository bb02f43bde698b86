// Random programs on a target against the store in memory, which is the oracle.
import { openMemory } from '@proj/dbal-adapter-memory'
import type { Adapter, Model } from '@proj/dbal-contract'
import fc from 'fast-check'
import type { Target } from '../targets/target.ts'
import { answersOf, firstDifference, type Difference } from './find-difference.ts'
import { contracts, modelOf, type WrittenEntity } from './random-contract.ts'
import { programs, type RandomStep } from './random-program.ts'

export interface DifferentialOptions {
  readonly target: Target
  readonly seed: number
  /** Programs to play in all. */
  readonly programs: number
  /** How many of them on one contract; a store is opened for each contract. */
  readonly perContract?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((done: number) => void) | undefined
}

/** The smallest program that was found to answer otherwise than in memory. */
export interface CounterExample {
  readonly target: string
  readonly seed: number
  readonly entities: readonly WrittenEntity[]
  readonly program: readonly RandomStep[]
  readonly difference: Difference
}

/** The first difference, made small; undefined: there is none. Rejects when the target cannot be opened. */
export async function runDifferential(
  options: DifferentialOptions,
): Promise<CounterExample | undefined> {
  const { target, seed, programs: count, perContract = 20, signal, onProgress } = options
  const rounds = Math.ceil(count / perContract)
  const written = fc.sample(contracts, { seed, numRuns: rounds })
  for (const [round, entities] of written.entries()) {
    signal?.throwIfAborted()
    const model = modelOf(entities)
    const memory = openMemory({ model })
    const adapter = await target.open(model)
    try {
      const found = await compare(model, memory, adapter, {
        target: target.name,
        seed: seed + round,
        numRuns: Math.min(perContract, count - round * perContract),
        signal,
      })
      if (found !== undefined) return { target: target.name, seed, entities, ...found }
    } finally {
      await Promise.all([memory.close(), adapter.close()])
    }
    onProgress?.(Math.min(count, (round + 1) * perContract))
  }
  return undefined
}

interface Round {
  readonly target: string
  readonly seed: number
  readonly numRuns: number
  readonly signal: AbortSignal | undefined
}

async function compare(
  model: Model,
  memory: Adapter,
  adapter: Adapter,
  { signal, target, ...run }: Round,
): Promise<Pick<CounterExample, 'program' | 'difference'> | undefined> {
  const last: { difference?: Difference } = {}
  const property = fc.asyncProperty(programs(model), async (program) => {
    signal?.throwIfAborted()
    const expected = await answersOf(program, model, memory)
    const actual = await answersOf(program, model, adapter)
    const difference = firstDifference(expected, actual, { target, model })
    if (difference === undefined) return true
    last.difference = difference
    return false
  })
  const { counterexample, errorInstance } = await fc.check(property, run)
  signal?.throwIfAborted()
  if (counterexample === null) return undefined
  const [program] = counterexample
  if (last.difference === undefined) throw errorInstance
  return { program, difference: last.difference }
}
