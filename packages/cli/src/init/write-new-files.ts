// Files for a new project: all of them or none, and never over one that is there.
import { lstat, mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { UsageError } from '../command-failure.ts'

export interface NewFile {
  readonly path: string
  readonly text: string
  /** Left alone where it exists; any other file that exists stops the command. */
  readonly optional?: boolean
}

export interface WrittenFiles {
  readonly written: readonly string[]
  readonly kept: readonly string[]
}

/** Throws UsageError when the workspace is there already, or the folder cannot be written to. */
export async function writeNewFiles(
  folder: string,
  files: readonly NewFile[],
): Promise<WrittenFiles> {
  const present = await findPresent(folder, files)
  const blocked = files.filter(({ path, optional }) => optional !== true && present.has(path))
  const entities = await readdir(join(folder, 'dbal', 'entities')).catch(() => [])
  if (blocked.length > 0 || entities.length > 0) {
    const paths = blocked.length > 0 ? blocked.map(({ path }) => path) : ['dbal/entities']
    const what = `${paths.join(', ')} ${paths.length === 1 ? 'exists' : 'exist'}`
    throw new UsageError(`${what} already; init overwrites nothing, and nothing was written`)
  }
  const wanted = files.filter(({ path }) => !present.has(path))
  const undo: (() => Promise<void>)[] = []
  try {
    for (const file of wanted) await writeNewFile(folder, file, undo)
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined)
    throw explain(error, folder)
  }
  return { written: wanted.map(({ path }) => path), kept: [...present] }
}

async function findPresent(folder: string, files: readonly NewFile[]): Promise<Set<string>> {
  const present = new Set<string>()
  for (const { path } of files) {
    const found = await lstat(join(folder, path)).catch(() => undefined)
    if (found !== undefined) present.add(path)
  }
  return present
}

async function writeNewFile(
  folder: string,
  { path, text }: NewFile,
  undo: (() => Promise<void>)[],
): Promise<void> {
  const file = join(folder, path)
  const made = await mkdir(dirname(file), { recursive: true })
  if (made !== undefined) undo.push(() => removeFolders(dirname(file), made))
  // `wx`: a file that appeared meanwhile is not overwritten either.
  await writeFile(file, text, { flag: 'wx' })
  undo.push(() => rm(file))
}

/** The folder and those above it up to `top`, while they are empty. */
async function removeFolders(folder: string, top: string): Promise<void> {
  for (let at = folder; at.length >= top.length; at = dirname(at)) await rmdir(at)
}

function explain(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  const reason = REASONS.get(String(error.code)) ?? String(error.code)
  return new UsageError(`${folder} cannot be written to: ${reason}; nothing was written`, {
    cause: error,
  })
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'it is not yours to write'],
  ['EPERM', 'it is not yours to write'],
  ['EROFS', 'it is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['ENOTDIR', 'a file is in the way'],
  ['EEXIST', 'a file is in the way'],
])
