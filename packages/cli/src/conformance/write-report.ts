import { access, constants, writeFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { UsageError } from '../command-failure.ts'

/** Before a long run: throws UsageError where one of the files could not be written at its end. */
export async function demandWritable(paths: readonly (string | undefined)[]): Promise<void> {
  for (const path of paths) {
    if (path === undefined) continue
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    await access(isThere ? path : dirname(path), constants.W_OK).catch(refuse(path))
  }
}

/** Throws UsageError where the file cannot be written. */
export async function writeReport(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch(refuse(path))
}

function refuse(path: string): (cause: unknown) => never {
  return (cause) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new UsageError(`${relative('.', path)} cannot be written: ${reason}`, { cause })
  }
}
