import { readFile } from 'node:fs/promises'
import { UsageError } from './command-failure.ts'

/** A file that the user named. Throws UsageError that calls it as he did. */
export async function readNamedFile(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new UsageError(`${name} cannot be read (${code})`, { cause: error })
  }
}
