// What `state.url` names: which kind of store processes share, and its driver, which is an optional peer.
import { DBALError, invalid } from '@proj/dbal-contract'

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

/** Throws CAPABILITY_NOT_SUPPORTED where it is not installed. */
export async function loadDriver<T>(
  importer: () => Promise<T>,
  name: string,
  capability: string,
): Promise<T> {
  try {
    return await importer()
  } catch (cause) {
    throw new DBALError('CAPABILITY_NOT_SUPPORTED', {
      details: { capability, reason: `install ${name}, which state.url asks for` },
      cause,
    })
  }
}
