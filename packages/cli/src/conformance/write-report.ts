import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { UsageError } from '../command-failure.ts'

/** Throws UsageError where the file cannot be written. */
export async function writeReport(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new UsageError(`${relative('.', path)} cannot be written: ${reason}`, { cause })
  })
}
