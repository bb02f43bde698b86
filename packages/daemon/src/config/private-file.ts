import { stat } from 'node:fs/promises'
import { ConfigError } from './config-error.ts'
import { readNamedFile } from './read-named-file.ts'

/** Read, write and run for everybody. */
const EVERYBODY = 0o007

/** The text of a file that is a secret. Throws ConfigError for one that everybody may read. */
export async function readPrivateFile(path: string, name: string): Promise<string> {
  const text = await readNamedFile(path, name)
  const { mode } = await stat(path)
  if (process.platform !== 'win32' && (mode & EVERYBODY) !== 0)
    throw new ConfigError(`${name} can be read by everybody: chmod 600 it`)
  return text
}
