import { resolve } from 'node:path'
import type { Provider, WriteResult } from '@proj/dbal-codegen'
import { Option } from 'commander'
import { CommandFailed, UsageError } from '../command-failure.ts'
import { loadProjectConfig, type GlobalFlags } from '@proj/dbal-daemon/project'
import { loadCheckedModel, shownFolder } from '../project/load-checked-model.ts'
import { interruptible } from '../terminal/interruptible.ts'
import { printFailure } from '../terminal/print-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { withWorkspace, type Register } from './context.ts'

const PROVIDERS: readonly Provider[] = ['sqlite', 'postgresql', 'mysql', 'cockroachdb']
/** Files named one by one; a first run writes hundreds. */
const NAMED = 12

interface Flags extends GlobalFlags {
  readonly out: string
  readonly target?: string
  readonly provider: Provider
  readonly check?: boolean
  readonly watch?: boolean
}

export const registerCodegen: Register = (program, terminal) => {
  withWorkspace(program.command('codegen'))
    .description('write what the contract gives: types, client, schema.prisma, DDL and more')
    .option('--out <dir>', 'where to write', 'src/generated/dbal')
    .option('--target <list>', 'comma-separated targets (default: all)')
    .addOption(
      new Option('--provider <name>', 'database of schema.prisma')
        .choices(PROVIDERS)
        .default('sqlite'),
    )
    .addOption(
      new Option('--check', 'write nothing; exit 1 when a file is not up to date').conflicts(
        'watch',
      ),
    )
    .option('--watch', 'write again after each change of the contract')
    .addHelpText(
      'after',
      `
Targets: types, client, prisma, sqlite, duckdb, jsonschema, openrpc, cpp, er, reference, rls.
A file that codegen did not write is never overwritten. Ctrl-C ends --watch, with no file half written.

Examples:
  $ dbal codegen
  $ dbal codegen --target types,client --out src/db
  $ dbal codegen --check   # in CI`,
    )
    .action(async (flags: Flags) => {
      const { workspace } = await loadProjectConfig(flags)
      const run = await prepare(workspace, flags, terminal)
      if (flags.watch === true) await watch(workspace, run, terminal)
      else await run()
    })
}

/** Throws UsageError for a list of targets that cannot be; the function answered writes once. */
async function prepare(
  workspace: string,
  flags: Flags,
  terminal: Terminal,
): Promise<() => Promise<void>> {
  const { CodegenError, generate, readTargets, writeFiles } = await import('@proj/dbal-codegen')
  const { provider, check = false } = flags
  const out = resolve(flags.out)
  let targets: ReturnType<typeof readTargets>
  try {
    targets = readTargets(flags.target)
  } catch (error) {
    throw error instanceof CodegenError ? new UsageError(error.message) : error
  }
  return async () => {
    const model = await loadCheckedModel(workspace, terminal)
    terminal.progress('generating …')
    const files = generate({ model, targets, provider })
    const result = await writeFiles(out, files, { check })
    report(result, shownFolder(out), files.length, terminal)
  }
}

function report(result: WriteResult, folder: string, total: number, terminal: Terminal): void {
  const { written, removed, stale } = result
  if (stale.length > 0) {
    for (const path of stale) terminal.print(`${folder}/${path} is not up to date`)
    terminal.note('run dbal codegen')
    throw new CommandFailed()
  }
  const lines = [
    ...written.map((path) => `wrote ${folder}/${path}`),
    ...removed.map((path) => `removed ${folder}/${path}`),
  ]
  for (const line of lines.slice(0, NAMED)) terminal.note(line)
  if (lines.length > NAMED) terminal.note(`… and ${lines.length - NAMED} more`)
  terminal.note(
    lines.length === 0
      ? `up to date: ${total} files in ${folder}`
      : `${written.length} of ${total} files written, ${removed.length} removed`,
  )
}

/** A contract that is broken for the moment, or a file in the way, is said and watched on. */
async function watch(
  workspace: string,
  run: () => Promise<void>,
  terminal: Terminal,
): Promise<void> {
  const { watchWorkspace } = await import('@proj/dbal-codegen')
  let last = Promise.resolve()
  const runOn = (): Promise<void> => {
    last = last.then(run).catch((error: unknown) => {
      printFailure(terminal, error)
    })
    return last
  }
  // The first run comes when changes are seen, so that none is missed between the two.
  const onReady = (): void => {
    void runOn().then(() => terminal.note(`watching ${shownFolder(workspace)}; Ctrl-C ends it`))
  }
  await interruptible(terminal, async (signal) => {
    await watchWorkspace(workspace, runOn, { signal, onReady })
    await last
    signal.throwIfAborted()
  })
}
