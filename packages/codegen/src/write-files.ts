// The only part that touches the disk. It writes what changed, removes what it wrote earlier and is no
// longer generated, and never touches a file that is not its own.
import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readFile, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CodegenError } from './codegen-error.ts'
import type { GeneratedFile } from './generated-file.ts'
import { MARK } from './header.ts'
import { MANIFEST, printManifest, readManifest, type Manifest } from './manifest.ts'
import { isInside } from './output-path.ts'

export interface WriteOptions {
  /** Write nothing; say what would be written or removed. */
  readonly check?: boolean | undefined
}

/** Paths relative to the output folder, sorted. */
export interface WriteResult {
  readonly written: readonly string[]
  readonly unchanged: readonly string[]
  /** With `check`: missing, different, or no longer generated. */
  readonly stale: readonly string[]
  readonly removed: readonly string[]
}

/**
 * Brings the folder `out` to the files. Files of targets that are not among them stay as they are.
 * Throws CodegenError before anything is written: `not-ours` where a file that was not generated is in
 * the way, `bad-path` where a path leaves the folder.
 */
export async function writeFiles(
  out: string,
  files: readonly GeneratedFile[],
  options: WriteOptions = {},
): Promise<WriteResult> {
  demandInside(files)
  const manifest = await readManifest(join(out, MANIFEST))
  const found = await Promise.all(
    files.map(async (file) => [file, await readText(join(out, file.path))] as const),
  )
  demandOurs(found, manifest)
  const changed = found.filter(([file, old]) => old === undefined || differs(old, file.text))
  const leftover = await findLeftovers(out, files, manifest)
  const paths = changed.map(([file]) => file.path)
  const unchanged = files.map((file) => file.path).filter((path) => !paths.includes(path))
  if (options.check === true) {
    return { written: [], unchanged, stale: [...paths, ...leftover].sort(), removed: [] }
  }
  for (const [file] of changed) writeAtomically(join(out, file.path), file.text)
  for (const path of leftover) await remove(out, path)
  await updateManifest(out, files, manifest)
  return { written: paths, unchanged, stale: [], removed: leftover }
}

function demandInside(files: readonly GeneratedFile[]): void {
  const outside = files.map((file) => file.path).filter((path) => !isInside(path))
  if (outside.length === 0) return
  throw new CodegenError('bad-path', `outside the output folder: ${outside.join(', ')}`, outside)
}

function demandOurs(
  found: readonly (readonly [GeneratedFile, string | undefined])[],
  manifest: Manifest,
): void {
  const foreign = found
    .filter(([file, old]) => old !== undefined && !isOurs(old) && !manifest.has(file.path))
    .map(([file]) => file.path)
  if (foreign.length === 0) return
  throw new CodegenError(
    'not-ours',
    `not overwritten, because codegen did not write it: ${foreign.join(', ')}; move it away or give another folder`,
    foreign,
  )
}

/** What an earlier run wrote for the same targets and this one does not, while it is still as generated. */
async function findLeftovers(
  out: string,
  files: readonly GeneratedFile[],
  manifest: Manifest,
): Promise<string[]> {
  const targets = new Set<string>(files.map((file) => file.target))
  const current = new Set(files.map((file) => file.path))
  const candidates = [...manifest]
    .filter(([path, target]) => targets.has(target) && !current.has(path) && isInside(path))
    .map(([path]) => path)
  const texts = await Promise.all(candidates.map((path) => readText(join(out, path))))
  return candidates.filter((_, i) => isOurs(texts[i] ?? ''))
}

/** The mark stands in the first lines; a file that only quotes it further down is somebody else's. */
function isOurs(text: string): boolean {
  return text.slice(0, 600).includes(MARK)
}

/** A checkout that turned LF into CRLF changed nothing. */
function differs(old: string, text: string): boolean {
  return old !== text && old.replaceAll('\r\n', '\n') !== text
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/**
 * A reader sees the old file or the whole new one. Synchronous: thousands of small files are written
 * several times faster so.
 */
function writeAtomically(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    writeFileSync(temporary, text)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** The file, and the folders that it leaves empty. */
async function remove(out: string, path: string): Promise<void> {
  await rm(join(out, path), { force: true })
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
    try {
      await rmdir(join(out, folder))
    } catch {
      return
    }
  }
}

async function updateManifest(
  out: string,
  files: readonly GeneratedFile[],
  manifest: Manifest,
): Promise<void> {
  const targets = new Set<string>(files.map((file) => file.target))
  const kept = [...manifest].filter(([, target]) => !targets.has(target))
  const entries = [...kept, ...files.map((file) => [file.path, file.target] as const)]
  const text = printManifest(new Map(entries))
  const path = join(out, MANIFEST)
  if ((await readText(path)) !== text) writeAtomically(path, text)
}
