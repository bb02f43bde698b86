// What the engines that DBAL has adapters for have earned, as it is committed: `dbal conformance --manifest` writes it.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Manifest } from './manifest.ts'

const FILE = fileURLToPath(new URL('../../capabilities.json', import.meta.url))

export async function committedManifest(): Promise<Manifest> {
  return JSON.parse(await readFile(FILE, 'utf8')) as Manifest
}

/** The targets that an adapter's name in capabilities.yaml stands for; none: it is no adapter of ours. */
export function targetsOfAdapter(name: string, manifest: Manifest): readonly string[] {
  const databases = ADAPTERS[name] ?? [name]
  return databases.filter((target) => Object.hasOwn(manifest, target))
}

/** What is declared of it must hold on every database below it. */
const ADAPTERS: Readonly<Record<string, readonly string[]>> = {
  prisma: ['prisma-sqlite', 'postgres', 'mysql'],
}
