import { DBALError } from '@proj/dbal-contract'

/**
 * A package that is only there where the app wants it. Throws CAPABILITY_NOT_SUPPORTED that says which to
 * install; `use` is what wants it.
 */
export async function importPeer<T>(
  peer: string,
  use: string,
  importer: () => Promise<T>,
): Promise<T> {
  try {
    return await importer()
  } catch (cause) {
    const missing = cause instanceof Error && cause.message.includes(`@proj/dbal-${peer}`)
    const reason = missing
      ? `install @proj/dbal-${peer} to use ${use}`
      : `@proj/dbal-${peer} is installed and could not be loaded`
    const capability = peer.replace(/^adapter-/, '')
    throw new DBALError('CAPABILITY_NOT_SUPPORTED', { details: { capability, reason }, cause })
  }
}
