// The cases of a folder. What they say is judged when they are played; their form is judged here.
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { formatDiagnostics, readDocuments, type Diagnostic } from '@proj/dbal-schema'
import { CommandFailed, UsageError } from '../command-failure.ts'
import { shownFolder } from '../project/load-checked-model.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { PolicyCase } from './policy-case.ts'

/** Prints every fault of form and throws CommandFailed; throws UsageError where there is no case. */
export async function readCases(
  folder: string,
  terminal: Terminal,
): Promise<readonly PolicyCase[]> {
  const cases: PolicyCase[] = []
  const files: { path: string; text: string }[] = []
  const diagnostics: Diagnostic[] = []
  for (const path of await yamlFiles(folder)) {
    const file = { path: relative(folder, path), text: await readFile(path, 'utf8') }
    files.push(file)
    const read = readDocuments(file, 'policy-cases')
    diagnostics.push(...read.diagnostics)
    if (read.diagnostics.some(({ severity }) => severity === 'error')) continue
    for (const { value, at } of read.documents)
      for (const [n, each] of (
        (value ?? []) as unknown as readonly Omit<PolicyCase, 'source'>[]
      ).entries())
        cases.push({ ...each, source: at([n]) })
  }
  const options = {
    format: 'pretty',
    color: terminal.noteColor,
    root: shownFolder(folder),
  } as const
  if (diagnostics.length > 0) terminal.note(formatDiagnostics(diagnostics, files, options))
  if (diagnostics.some(({ severity }) => severity === 'error')) throw new CommandFailed()
  if (cases.length === 0)
    throw new UsageError(
      `there are no cases in ${shownFolder(folder)} (*.yaml, see dbal policy test --help)`,
    )
  return cases
}

async function yamlFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error) {
      if (error.code === 'ENOENT') return []
      if (error.code === 'ENOTDIR') throw new UsageError(`${shownFolder(folder)} is no folder`)
    }
    throw error
  })
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(folder, name))
}
