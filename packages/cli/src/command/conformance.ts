import { resolve } from 'node:path'
import { Option } from 'commander'
import type { Target, VectorResult } from '@proj/dbal-conformance'
import { CommandFailed, UsageError } from '../command-failure.ts'
import { behindBridge, chooseTargets, explainMissing } from '../conformance/choose-targets.ts'
import { readManifest, updateManifest } from '../conformance/update-manifest.ts'
import { playRandom, type RandomFlags } from '../conformance/play-random.ts'
import { demandWritable, writeReport } from '../conformance/write-report.ts'
import { loadCheckedModel, shownFolder } from '../project/load-checked-model.ts'
import { formatTable } from '../terminal/format-table.ts'
import { interruptible } from '../terminal/interruptible.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Register } from './context.ts'

interface Flags extends RandomFlags {
  readonly workspace?: string
  readonly cases?: string
  readonly filter?: string
  readonly junit?: string
  readonly manifest?: string
  readonly over?: 'bridge'
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
    .addOption(
      new Option('--over <way>', 'ask through the bridge: clients of a daemon').choices(['bridge']),
    )
    .option('--cases <dir>', 'folder of cases (default: those that come with DBAL)')
    .option('--filter <text>', 'only cases whose chapter, file or name contains it')
    .option('--seed <number>', 'random programs and worlds instead of cases, drawn with this seed')
    .option('--budget <minutes>', 'random programs and worlds until the time is up')
    .option('--counterexamples <dir>', 'write what a random program finds as a case')
    .option('--report <file>', 'write the results as JSON')
    .option('--junit <file>', 'write the results as JUnit XML')
    .option('--manifest <file>', 'bring what the targets have earned up to date in it')
    .option('--json', 'print the results as JSON instead of the matrix')
    .addHelpText(
      'after',
      `
Servers are those that DBAL_TEST_POSTGRES_URL and DBAL_TEST_MYSQL_URL name; databases of its own are made
there and dropped. The others need no server. Cases and their form: docs/guides/conformance.md.

With --seed or --budget there are random programs, which must answer as the store in memory does, and worlds
that a caller must not be able to tell apart. Ctrl-C ends them; what was found is reported all the same.

Exits 1 when a case answers otherwise than expected, and when a program or a world finds something.

Examples:
  $ dbal conformance
  $ dbal conformance --adapter all --junit results.xml
  $ dbal conformance --workspace dbal --cases dbal-cases --adapter sqlite
  $ dbal conformance --adapter duckdb --filter "null"
  $ dbal conformance --adapter sqlite,duckdb --budget 30 --counterexamples found
  $ dbal conformance --adapter duckdb --seed 4711
  $ dbal conformance --adapter sqlite --over bridge`,
    )
    .action((flags: Flags) => runConformance(flags, terminal))
}

async function runConformance(flags: Flags, terminal: Terminal): Promise<void> {
  if (flags.manifest !== undefined && (flags.filter ?? flags.cases ?? flags.over) !== undefined)
    throw new UsageError(
      '--manifest is for all cases on engines, not for --filter, --cases or --over',
    )
  if (flags.seed !== undefined || flags.budget !== undefined) return runRandomly(flags, terminal)
  const { jsonReport, junitOf, matrixOf, runSuite } = await import('@proj/dbal-conformance')
  await demandWritable([flags.report, flags.manifest, flags.junit])
  if (flags.manifest !== undefined) await readManifest(flags.manifest)
  const chosen = await chooseTargets(flags.adapter, terminal)
  const targets = flags.over === undefined ? chosen : await behindBridge(chosen)
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
          printFailure(result, flags, targets, terminal)
      },
    })
  const results = await interruptible(terminal, play).catch(explainMissing)
  if (results.length === 0) throw new UsageError(`no case has ${flags.filter ?? ''} in it`)
  const report = jsonReport(results)
  if (flags.report !== undefined)
    await writeReport(flags.report, `${JSON.stringify(report, null, 2)}\n`)
  if (flags.manifest !== undefined) await updateManifest(flags.manifest, report.capabilities)
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

function runRandomly(flags: Flags, terminal: Terminal): Promise<void> {
  const ofCases = ['workspace', 'cases', 'filter', 'junit', 'manifest', 'over'] as const
  const name = ofCases.find((each) => flags[each] !== undefined)
  if (name !== undefined)
    throw new UsageError(`--${name} is for cases, not for --seed and --budget`)
  return playRandom(flags, terminal)
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
  { cases, workspace, over }: Flags,
  targets: readonly Target[],
  terminal: Terminal,
): void {
  if (outcome.result !== 'fail') return
  const adapter = targets.find(({ name }) => name === target)?.engine ?? target
  const { file, line } = vector.source
  const again = [
    `dbal conformance --adapter ${adapter}`,
    ...(over === undefined ? [] : [`--over ${over}`]),
    ...(workspace === undefined ? [] : [`--workspace ${workspace}`]),
    ...(cases === undefined ? [] : [`--cases ${cases}`]),
    `--filter ${JSON.stringify(vector.name)}`,
  ]
  const at = outcome.step < 0 ? '' : `step ${outcome.step}: `
  terminal.print(
    `${terminal.style('red', 'failed')}  ${target}  ${file}:${line}  ${vector.name}\n        ${at}${outcome.reason}\n        ${terminal.style('dim', again.join(' '))}`,
  )
}
