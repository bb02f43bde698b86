// The one file of this package that reads the disk: a folder to its texts, in a fixed order.
import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { Problems } from '../diagnostic/problems.ts'
import { MAX_FILE_LENGTH } from './check-text.ts'
import { fileKind, findMeantPlace, isYaml } from './file-kind.ts'
import type { SourceFile } from './source-file.ts'

const MAX_FILES = 20_000
/** Files read at one time. */
const OPEN_FILES = 32

export interface WorkspaceTexts {
  readonly files: readonly SourceFile[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Every YAML file of the workspace; what cannot be read is a diagnostic, never an exception. */
export async function readWorkspace(folder: string): Promise<WorkspaceTexts> {
  const problems = new Problems()
  const paths = (await listFiles(folder, problems)) ?? []
  const files: SourceFile[] = []
  for (let start = 0; start < paths.length; start += OPEN_FILES) {
    const some = paths.slice(start, start + OPEN_FILES)
    const texts = await Promise.all(some.map((path) => readText(folder, path, problems)))
    for (const [index, path] of some.entries()) {
      const text = texts[index]
      if (text !== undefined) files.push({ path, text })
    }
  }
  return { files, diagnostics: problems.sorted() }
}

async function listFiles(folder: string, problems: Problems): Promise<string[] | undefined> {
  if (!(await isFolder(folder))) {
    problems.error(
      'no-workspace',
      { file: '.', line: 1, column: 1 },
      'the workspace folder does not exist or cannot be read',
      '`dbal init` makes one',
    )
    return undefined
  }
  const found: string[] = []
  await walk({ folder, found, problems }, '', [])
  if (found.length > MAX_FILES)
    problems.error(
      'unreadable',
      { file: '.', line: 1, column: 1 },
      `the workspace has more than ${MAX_FILES} files`,
    )
  return found
}

interface Walk {
  readonly folder: string
  readonly found: string[]
  readonly problems: Problems
}

/** @param above The real paths on the way here: a link to one of them is a loop and left out. */
async function walk(context: Walk, path: string, above: readonly string[]): Promise<void> {
  const { folder, found, problems } = context
  try {
    const real = await realpath(join(folder, path))
    if (above.includes(real) || found.length > MAX_FILES) return
    const names = await readdir(join(folder, path))
    for (const name of names.sort()) {
      if (name.startsWith('.') || name === 'node_modules') continue
      const child = path === '' ? name : `${path}/${name}`
      if (!(await isFolder(join(folder, child)))) {
        if (isYaml(name)) found.push(child)
      } else if (path !== '' || isPlace(`${name}/`)) await walk(context, child, [...above, real])
    }
  } catch {
    problems.error(
      'unreadable',
      { file: path === '' ? '.' : path, line: 1, column: 1 },
      'this cannot be read',
    )
  }
}

/** A folder of a workspace, or one that was probably meant to be. */
function isPlace(folder: string): boolean {
  return fileKind(`${folder}x.yaml`) !== undefined || findMeantPlace(`${folder}x`) !== undefined
}

async function readText(
  folder: string,
  path: string,
  problems: Problems,
): Promise<string | undefined> {
  const at = { file: path, line: 1, column: 1 }
  try {
    const found = await stat(join(folder, path))
    // Reading a pipe or a device would wait for ever.
    if (!found.isFile()) throw new RangeError('no regular file')
    const { size } = found
    if (size > MAX_FILE_LENGTH * 4) {
      problems.error('file-too-large', at, `the file has ${size} bytes; the limit is 1 MiB of text`)
      return undefined
    }
    const bytes = await readFile(join(folder, path))
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError)
      problems.error('not-utf8', at, 'the file is not UTF-8 text', 'save it as UTF-8')
    else problems.error('unreadable', at, 'the file cannot be read')
    return undefined
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch {
    return false
  }
}
