import { DBALError } from '@proj/dbal-contract'

/** Throws DATABASE_ERROR that names the package to install. */
export async function loadAdapter<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw new DBALError('DATABASE_ERROR', { details: { reason: `install ${name}` }, cause })
  }
}
