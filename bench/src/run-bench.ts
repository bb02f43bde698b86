// One run: the engines one after the other, on each the works that were asked for, then the process works.
import { chooseWorks, type Chosen } from './choose-works.ts'
import { runEngine } from './engine/run-engine.ts'
import { interleave } from './measure/interleave.ts'
import { spreadOf } from './measure/quantiles.ts'
import { installPeers } from './peer/install-peers.ts'
import { prismaClients } from './peer/generate-prisma.ts'
import type { Peer } from './peer/peer.ts'
import { PEERS } from './peer/peers.ts'
import { machine, versionsOf } from './report/machine.ts'
import type { LeftOut, Report, Rounds, WorkResult } from './report/report.ts'
import { judgeTargets } from './report/targets.ts'

export interface BenchOptions {
  /** Beginnings of names of works; all works when there are none. */
  readonly only?: readonly string[]
  /** Names of peers; all when there are none. */
  readonly peers?: readonly string[]
  /** Few and short samples on little data: figures without worth, from all of the code. */
  readonly quick?: boolean
  readonly signal: AbortSignal
  readonly progress: (text: string) => void
}

export interface Setting {
  readonly quick: boolean
  readonly rounds: Rounds
  readonly signal: AbortSignal
  readonly progress: (text: string) => void
}

/** A server's time for one call varies more than that of an engine in the process. */
const ROUNDS: Rounds = { embedded: 21, server: 61 }
const QUICK_ROUNDS: Rounds = { embedded: 3, server: 3 }

/** Throws RangeError for a name that is no work's beginning or no peer. */
export async function runBench(options: BenchOptions): Promise<Report> {
  const { quick = false, signal, progress } = options
  const rounds = quick ? QUICK_ROUNDS : ROUNDS
  const setting: Setting = { quick, rounds, signal, progress }
  const chosen = chooseWorks(options.only ?? [])
  const leftOut: LeftOut[] = []
  const peers = await availablePeers(options.peers ?? [], chosen, leftOut, progress)
  const differing: LeftOut[] = []
  const works: WorkResult[] = []
  const engines: Record<string, string> = {}
  const clients = prismaClients()
  try {
    for (const [engine, engineWorks] of chosen.byEngine) {
      const ran = await runEngine(engine, engineWorks, peers, clients.classFor, setting)
      works.push(...ran.works)
      differing.push(...ran.differing)
      leftOut.push(...ran.leftOut)
      if (ran.version !== undefined) engines[engine] = ran.version
    }
  } finally {
    await clients.remove()
  }
  works.push(...(await runProcessWorks(chosen, setting)))
  const taking = peers.filter(({ name }) =>
    works.some(({ results }) => results.some(({ peer }) => peer === name)),
  )
  return {
    date: new Date().toISOString(),
    machine: machine(),
    versions: versionsOf(taking),
    engines,
    rounds,
    peers: Object.fromEntries(taking.map(({ name, says }) => [name, says])),
    works,
    differing,
    leftOut,
    targets: quick ? [] : judgeTargets(works),
  }
}

async function availablePeers(
  names: readonly string[],
  { byEngine }: Chosen,
  leftOut: LeftOut[],
  progress: (text: string) => void,
): Promise<readonly Peer[]> {
  const unknown = names.find((name) => !PEERS.some((peer) => peer.name === name))
  if (unknown !== undefined) {
    const all = PEERS.map(({ name }) => name).join(', ')
    throw new RangeError(`${unknown} is no peer: choose from ${all}`)
  }
  const wanted = PEERS.filter(
    (peer) =>
      (names.length === 0 || names.includes(peer.name)) &&
      peer.engines.some((engine) => byEngine.has(engine)),
  )
  if (!wanted.some(({ onDemand }) => onDemand)) return wanted
  progress('installing peers')
  const reason = await installPeers()
  if (reason === undefined) return wanted
  for (const { name, onDemand } of wanted) if (onDemand) leftOut.push({ what: name, reason })
  return wanted.filter(({ onDemand }) => !onDemand)
}

async function runProcessWorks(
  { processWorks }: Chosen,
  { quick, signal, progress }: Setting,
): Promise<readonly WorkResult[]> {
  const results: WorkResult[] = []
  for (const { name, unit, rounds, open } of processWorks) {
    const entrants = await open(quick)
    const figures = await interleave(entrants, {
      rounds: quick ? 1 : rounds,
      signal,
      onRound: (round) => progress(`${name}: round ${round + 1} of ${quick ? 1 : rounds}`),
    })
    results.push({
      name,
      unit,
      results: [...figures].map(([peer, all]) => ({ peer, ...spreadOf(all), samples: all.length })),
    })
  }
  return results
}
