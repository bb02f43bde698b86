// All works on one engine: every peer gets a database with the same rows, all answers are compared, then
// the works are timed.
import { insertStatements } from '../data/insert-statements.ts'
import { loadBlog } from '../data/load-blog.ts'
import { OWNER, seedTables, type DataSize } from '../data/posts.ts'
import { compareAnswers, type OpenPeer } from '../measure/compare-answers.ts'
import { interleave } from '../measure/interleave.ts'
import { layerShares } from '../measure/layer-shares.ts'
import { spreadOf } from '../measure/quantiles.ts'
import { openEntrant, type Pace } from '../measure/session-entrant.ts'
import { reasonOf } from '../report/reason-of.ts'
import type { Peer, Target } from '../peer/peer.ts'
import type { Session } from '../peer/session.ts'
import type { LeftOut, PeerResult, WorkResult } from '../report/report.ts'
import type { Setting } from '../run-bench.ts'
import type { Entrant, SessionWork } from '../work/work.ts'
import { isServer, type Engine, type EngineName, type Place } from './engine.ts'
import { openEngine } from './open-engine.ts'

const SIZE: DataSize = { users: 50, sales: 10_000_000 }
const QUICK_SIZE: DataSize = { users: 3, sales: 10_000 }
const PACE: Pace = { sampleMs: 15, warmUpMs: 400, warmUpCalls: 5000, warmUpSamples: 1 }
const QUICK_PACE: Pace = { sampleMs: 1, warmUpMs: 1, warmUpCalls: 1, warmUpSamples: 1 }
/** Connections of every peer's pool. */
const POOL_SIZE = 6

interface EngineRun {
  readonly works: readonly WorkResult[]
  readonly differing: readonly LeftOut[]
  readonly leftOut: readonly LeftOut[]
  readonly version?: string
}

interface PlacedPeer extends OpenPeer {
  readonly place: Place
}

type PrismaClass = Target['prismaClient']

export async function runEngine(
  name: EngineName,
  works: readonly SessionWork[],
  peers: readonly Peer[],
  prismaClient: PrismaClass,
  setting: Setting,
): Promise<EngineRun> {
  const engine = await openEngine(name, await loadBlog()).catch(reasonOf)
  if (typeof engine === 'string')
    return { works: [], differing: [], leftOut: [{ what: name, reason: engine }] }
  const closing: (() => unknown)[] = [() => engine.close()]
  const leftOut: LeftOut[] = []
  try {
    const open: PlacedPeer[] = []
    for (const peer of peers.filter(({ engines }) => engines.includes(name))) {
      setting.progress(`${name}: rows for ${peer.name}`)
      setting.signal.throwIfAborted()
      try {
        const place = await engine.makePlace()
        closing.push(() => place.remove())
        const session = await openSession(
          peer,
          engine,
          place,
          works,
          prismaClient,
          setting,
          closing,
        )
        open.push({ name: peer.name, session, place })
      } catch (error) {
        leftOut.push({ what: `${name}: ${peer.name}`, reason: reasonOf(error) })
      }
    }
    const ran = await runWorks(name, works, open, setting)
    return { ...ran, leftOut: [...leftOut, ...ran.failing], version: engine.version }
  } finally {
    for (const close of closing.toReversed()) {
      try {
        await close()
      } catch {
        // Whatever does not close must not keep the others' databases.
      }
    }
  }
}

async function openSession(
  peer: Peer,
  engine: Engine,
  { url, statements }: Place,
  works: readonly SessionWork[],
  prismaClient: PrismaClass,
  { quick }: Setting,
  closing: (() => unknown)[],
): Promise<Session> {
  const target = { engine: engine.name, url, statements, poolSize: POOL_SIZE, owner: OWNER }
  const session = await peer.open({ ...target, prismaClient })
  closing.push(() => session.close())
  const size = quick ? QUICK_SIZE : SIZE
  for (const table of seedTables(size))
    for (const statement of insertStatements(engine.name, table)) await session.execute(statement)
  if (works.some(({ sales }) => sales === true))
    await session.execute(
      `INSERT INTO sales SELECT i, 'u00' || (i % 4), 'region ' || (i % 20), i % 100, (i % 1000) / 8
       FROM range(${size.sales}) AS t(i)`,
    )
  return session
}

async function runWorks(
  engine: EngineName,
  works: readonly SessionWork[],
  peers: readonly PlacedPeer[],
  setting: Setting,
) {
  const differing: LeftOut[] = []
  const failing: LeftOut[] = []
  const taking = new Map<SessionWork, readonly PlacedPeer[]>()
  for (const work of works) {
    setting.progress(`${engine}-${work.name}: comparing`)
    const compared = await compareAnswers(work, engine, peers)
    taking.set(work, compared.equal)
    const what = (peer: string): string => `${engine}-${work.name}: ${peer}`
    for (const [peer, reason] of compared.differing) differing.push({ what: what(peer), reason })
    for (const [peer, reason] of compared.failing) failing.push({ what: what(peer), reason })
  }
  const timed: TimedWork[] = []
  for (const [work, equal] of taking)
    if (equal.length > 0) timed.push(await timeWork(engine, work, equal, setting))
  const results: WorkResult[] = []
  for (const work of timed) results.push(await withLayers(work, setting))
  return { works: results, differing, failing }
}

interface TimedWork {
  readonly result: WorkResult
  readonly entrants: readonly Entrant[]
}

async function withLayers(
  { result, entrants }: TimedWork,
  { signal, progress }: Setting,
): Promise<WorkResult> {
  progress(`${result.name}: layers`)
  const results: PeerResult[] = []
  for (const each of result.results) {
    signal.throwIfAborted()
    const entrant = each.peer.startsWith('dbal-')
      ? entrants.find(({ name }) => name === each.peer)
      : undefined
    results.push(entrant === undefined ? each : { ...each, layers: await layerShares(entrant) })
  }
  return { ...result, results }
}

async function timeWork(
  engine: EngineName,
  work: SessionWork,
  peers: readonly PlacedPeer[],
  { quick, rounds, signal, progress }: Setting,
): Promise<TimedWork> {
  const name = `${engine}-${work.name}`
  const entrants: Entrant[] = []
  for (const { name: peer, session, place } of peers) {
    progress(`${name}: ${peer} warms up`)
    // What the works before have left would be a figure of theirs.
    await place.tidy()
    entrants.push(await openEntrant(peer, work, session, engine, quick ? QUICK_PACE : PACE))
  }
  const asked = isServer(engine) ? rounds.server : rounds.embedded
  const most = Math.min(asked, work.rounds ?? asked)
  const figures = await interleave(entrants, {
    rounds: most,
    signal,
    onRound: (round) => progress(`${name}: round ${round + 1} of ${most}`),
  })
  const results = [...figures].map(([peer, all]) => ({
    peer,
    ...spreadOf(all),
    samples: all.length,
  }))
  return { result: { name, engine, unit: 'µs', results }, entrants }
}
