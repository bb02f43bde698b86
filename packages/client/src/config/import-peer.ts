import { DBALError } from '@proj/dbal-contract'

export interface Peer {
  /** Of the package. */
  readonly name: string
  /** What of the config wants it. */
  readonly use: string
  /** What cannot be had without it. */
  readonly capability: string
}

/**
 * A package that is only there where the app wants it. Throws CAPABILITY_NOT_SUPPORTED that says which to
 * install.
 */
export async function importPeer<T>(
  { name, use, capability }: Peer,
  importer: () => Promise<T>,
): Promise<T> {
  try {
    return await importer()
  } catch (cause) {
    const missing = cause instanceof Error && cause.message.includes(name)
    const reason = missing
      ? `install ${name} to use ${use}`
      : `${name} is installed and could not be loaded`
    throw new DBALError('CAPABILITY_NOT_SUPPORTED', { details: { capability, reason }, cause })
  }
}
