import { readFile } from 'node:fs/promises'
import type { Manifest } from '@proj/dbal-conformance'
import { UsageError } from '../command-failure.ts'
import { writeReport } from './write-report.ts'

/** Targets that were not played stay as they are. Throws UsageError for a file that is no manifest. */
export async function updateManifest(path: string, played: Manifest): Promise<void> {
  const { printManifest } = await import('@proj/dbal-conformance')
  await writeReport(path, printManifest({ ...(await readManifest(path)), ...played }))
}

/** Empty where there is no file. Throws UsageError for a file that is no manifest. */
export async function readManifest(path: string): Promise<Manifest> {
  const text = await readFile(path, 'utf8').catch(() => '{}')
  try {
    return JSON.parse(text) as Manifest
  } catch (cause) {
    throw new UsageError(`${path} is no manifest`, { cause })
  }
}
