import { writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import type { Target, VectorResult } from '@proj/dbal-conformance'
import { CommandFailed, UsageError } from '../command-failure.ts'
import { loadCheckedModel, shownFolder } from '../project/load-checked-model.ts'
import { formatTable } from '../terminal/format-table.ts'
import { interruptible } from '../terminal/interruptible.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Register } from './context.ts'

interface Flags {
  readonly workspace?: string
  readonly adapter: string
  readonly cases?: string
  readonly filter?: string
  readonly report?: string
  readonly junit?: string
  readonly json?: boolean
}

export const registerConformance: Register = (program, terminal) => {
  program
    .command('conformance')
    .description('play the conformance cases on any engine; a matrix at the end')
    .option(
      '--workspace <dir>',
      'the contract of cases that name none (default: the reference domain)',
    )
    .option(
      '--adapter <list>',
      'memory, sqlite, prisma-sqlite, duckdb, pglite, prisma-client, postgres, mysql, or all',
      'memory,sqlite,duckdb',
    )
    .option('--cases <dir>', 'folder of cases (default: those that come with DBAL)')
    .option('--filter <text>', 'only cases whose chapter, file or name contains it')
    .option('--report <file>', 'write the results as JSON')
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--json', 'print the results as JSON instead of the matrix')
    .addHelpText(
      'after',
      `
Servers are those that DBAL_TEST_POSTGRES_URL and DBAL_TEST_MYSQL_URL name; databases of its own are made
there and dropped. The others need no server. Cases and their form: docs/guides/conformance.md.

Exits 1 when a case answers otherwise than expected.

Examples:
  $ dbal conformance
  $ dbal conformance --adapter all --junit results.xml
  $ dbal conformance --workspace dbal --cases dbal-cases --adapter sqlite
  $ dbal conformance --adapter duckdb --filter "null"`,
    )
    .action((flags: Flags) => runConformance(flags, terminal))
}

async function runConformance(flags: Flags, terminal: Terminal): Promise<void> {
  const { jsonReport, junitOf, matrixOf, runSuite } = await import('@proj/dbal-conformance')
  const targets = await chooseTargets(flags.adapter, terminal)
  const suite = await openSuite(flags, terminal)
  const play = (signal: AbortSignal): Promise<readonly VectorResult[]> =>
    runSuite({
      suite,
      targets,
      filter: flags.filter,
      signal,
      onResult: (result, done, of) => {
        terminal.progress(`${result.target}: case ${done} of ${of}`)
        if (result.outcome.result === 'fail' && flags.json !== true)
          printFailure(result, flags, terminal)
      },
    })
  const results = await interruptible(terminal, play).catch(explainMissing)
  if (results.length === 0) throw new UsageError(`no case has ${flags.filter ?? ''} in it`)
  const report = jsonReport(results)
  if (flags.report !== undefined)
    await writeReport(flags.report, `${JSON.stringify(report, null, 2)}\n`)
  if (flags.junit !== undefined) await writeReport(flags.junit, junitOf(results))
  if (flags.json === true) terminal.print(JSON.stringify(report, null, 2))
  else {
    const { header, rows } = matrixOf(results)
    terminal.print(formatTable(header, rows))
    const { passed, refused, known, failed } = report
    const others = [
      ...(refused > 0 ? [`${refused} refused for want of a feature`] : []),
      ...(known > 0 ? [`${known} known to fail`] : []),
      ...(failed > 0 ? [`${failed} failed`] : []),
    ]
    const summary = [`${passed} passed`, ...others].join(', ')
    terminal.print(terminal.style(failed === 0 ? 'green' : 'red', summary))
  }
  if (report.failed > 0) throw new CommandFailed()
}

/** Throws UsageError for a name that is no target, and for a server that the environment does not name. */
async function chooseTargets(list: string, terminal: Terminal): Promise<readonly Target[]> {
  const { embeddedTargets, serverTargets } = await import('@proj/dbal-conformance/targets')
  const { found, missing } = serverTargets(process.env)
  const known = [...embeddedTargets, ...found]
  if (list === 'all') {
    for (const { target, variable } of missing)
      terminal.note(`${target} is left out: ${variable} is not set`)
    return known
  }
  const names = list.split(',').map((name) => name.trim())
  return names.map((name) => {
    const target = known.find((each) => each.name === name)
    if (target !== undefined) return target
    const absent = missing.find((each) => each.target === name)
    if (absent !== undefined)
      throw new UsageError(`${name} is the server that ${absent.variable} names`)
    const all = [...known.map((each) => each.name), ...missing.map((each) => each.target), 'all']
    throw new UsageError(`${name} is no target: choose from ${all.join(', ')}`)
  })
}

/** Engines are optional packages: one that is not there is no fault of the program. */
function explainMissing(cause: unknown): never {
  const isMissing =
    cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
  const name = isMissing ? /Cannot find package '([^']+)'/.exec(cause.message)?.[1] : undefined
  if (name === undefined) throw cause
  throw new UsageError(`install ${name} to play on this target`, { cause })
}

async function openSuite({ workspace, cases }: Flags, terminal: Terminal) {
  const { loadSuite } = await import('@proj/dbal-conformance')
  const { formatDiagnostics } = await import('@proj/dbal-schema')
  const model =
    workspace === undefined ? undefined : await loadCheckedModel(resolve(workspace), terminal)
  const folder = cases === undefined ? undefined : resolve(cases)
  const suite = await loadSuite({ cases: folder, model }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error)) throw error
    throw new UsageError(`there are no cases in ${cases}`, { cause: error })
  })
  if (suite.diagnostics.length > 0) {
    const root = shownFolder(folder ?? '')
    terminal.note(
      formatDiagnostics(suite.diagnostics, suite.files, {
        format: 'pretty',
        color: terminal.noteColor,
        root,
      }),
    )
  }
  if (suite.diagnostics.some(({ severity }) => severity === 'error')) throw new CommandFailed()
  if (suite.vectors.length === 0) throw new UsageError(`there are no cases in ${cases}`)
  return suite
}

function printFailure(
  { vector, target, outcome }: VectorResult,
  { cases, workspace }: Flags,
  terminal: Terminal,
): void {
  if (outcome.result !== 'fail') return
  const { file, line } = vector.source
  const again = [
    `dbal conformance --adapter ${target}`,
    ...(workspace === undefined ? [] : [`--workspace ${workspace}`]),
    ...(cases === undefined ? [] : [`--cases ${cases}`]),
    `--filter ${JSON.stringify(vector.name)}`,
  ]
  const at = outcome.step < 0 ? '' : `step ${outcome.step}: `
  terminal.print(
    `${terminal.style('red', 'failed')}  ${target}  ${file}:${line}  ${vector.name}\n        ${at}${outcome.reason}\n        ${terminal.style('dim', again.join(' '))}`,
  )
}

async function writeReport(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new UsageError(`${relative('.', path)} cannot be written: ${reason}`, { cause })
  })
}
