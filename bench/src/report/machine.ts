import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { packageVersion } from '../peer/package-version.ts'
import type { Peer } from '../peer/peer.ts'

const GIBIBYTE = 1024 ** 3

/** What the figures depend on. */
export function machine(): Readonly<Record<string, string>> {
  return {
    processor: `${cpus()[0]?.model.trim() ?? '?'}, ${availableParallelism()} cores`,
    memory: `${Math.round(totalmem() / GIBIBYTE)} GiB`,
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    load: `${(loadavg()[0] ?? 0).toFixed(1)} when the run ended, itself included`,
  }
}

export function versionsOf(peers: readonly Peer[]): Readonly<Record<string, string>> {
  const names = peers.flatMap(({ packages }) => packages)
  return Object.fromEntries(names.map((name) => [name, packageVersion(name)]))
}
