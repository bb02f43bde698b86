// `.dbal-generated.json`: which files of a folder codegen wrote, and for which target.
import { readFile } from 'node:fs/promises'

export const MANIFEST = '.dbal-generated.json'

/** Path to target. */
export type Manifest = ReadonlyMap<string, string>

/** Empty where there is none, or none that can be read: files then prove themselves by their header. */
export async function readManifest(path: string): Promise<Manifest> {
  try {
    const json: unknown = JSON.parse(await readFile(path, 'utf8'))
    return new Map(readFiles(json))
  } catch {
    return new Map()
  }
}

function readFiles(json: unknown): [string, string][] {
  if (typeof json !== 'object' || json === null || !Object.hasOwn(json, 'files')) return []
  const { files } = json as { readonly files: unknown }
  if (typeof files !== 'object' || files === null) return []
  return Object.entries(files).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
}

/** Sorted by path. */
export function printManifest(manifest: Manifest): string {
  const files = Object.fromEntries([...manifest].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  return `${JSON.stringify({ generator: 'dbal codegen', files }, undefined, 2)}\n`
}
