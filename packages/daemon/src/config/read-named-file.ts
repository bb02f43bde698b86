import { readFile } from 'node:fs/promises'
import { ConfigError } from './config-error.ts'

/** A file that the user named. Throws ConfigError that calls it as he did. */
export async function readNamedFile(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new ConfigError(`${name} cannot be read (${code})`, { cause: error })
  }
}
