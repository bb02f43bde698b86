// What `state.url` names: which kind of store processes share, and its driver, which is an optional peer.
import { invalid } from '@proj/dbal-contract'
import type { Peer } from '../config/import-peer.ts'

/** Milliseconds until a store that does not answer is one that cannot be reached. */
export const CONNECT_MS = 2_000
export const ANSWER_MS = 1_000

/** Undefined where each process is alone. Throws VALIDATION_ERROR for any other url. */
export function stateKind(url: string | undefined): 'redis' | 'postgres' | undefined {
  if (url === undefined || url === 'memory:') return undefined
  if (/^rediss?:/.test(url)) return 'redis'
  if (/^postgres(?:ql)?:/.test(url)) return 'postgres'
  throw invalid([{ field: 'state.url', error: 'must begin with redis:, rediss:, or postgresql:' }])
}

/** The driver of the store, for what needs it. */
export function statePeer(name: 'pg' | 'redis', capability: string): Peer {
  return { name, use: 'state.url', capability }
}
