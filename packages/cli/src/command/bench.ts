import { writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Report, WorkResult } from '@proj/dbal-bench'
import { CommandFailed, UsageError } from '../command-failure.ts'
import { formatTable } from '../terminal/format-table.ts'
import { interruptible } from '../terminal/interruptible.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Register } from './context.ts'

interface Flags {
  readonly only?: string
  readonly peers?: string
  readonly quick?: boolean
  readonly report?: string
  readonly markdown?: string
  readonly json?: boolean
}

export const registerBench: Register = (program, terminal) => {
  program
    .command('bench')
    .description('measure DBAL side by side with bare drivers and other libraries')
    .option('--only <list>', 'works, or the beginnings of their names (default: all)')
    .option('--peers <list>', 'who takes part (default: all)')
    .option('--quick', 'few short samples on little data: shows that it runs, not how fast')
    .option('--report <file>', 'write all figures as JSON')
    .option('--markdown <file>', 'write a page, and a chart of the same name beside it')
    .option('--json', 'print the figures as JSON instead of the tables')
    .addHelpText(
      'after',
      `
Works are <engine>-<work>, such as sqlite-point-read or postgres-bulk-10000, and cold-start, memory,
access-<call> and codegen-<entities>. Servers are those that DBAL_TEST_POSTGRES_URL and DBAL_TEST_MYSQL_URL name; databases of its
own are made there and dropped. Other libraries are installed into bench/peers when they are first asked for.
It runs in the repository of DBAL.

Exits 1 when the answers of two peers differ.

Examples:
  $ dbal bench --only sqlite-point-read,sqlite-list
  $ dbal bench --only sqlite --peers driver,dbal-sqlite
  $ dbal bench --report bench.json --markdown docs/performance.md`,
    )
    .action((flags: Flags) => runBench(flags, terminal))
}

async function runBench(flags: Flags, terminal: Terminal): Promise<void> {
  const bench = await import('@proj/dbal-bench').catch((cause: unknown) => {
    throw new UsageError('dbal bench runs in the repository of DBAL, after npm ci', { cause })
  })
  const run = (signal: AbortSignal): Promise<Report> =>
    bench.runBench({
      only: readList(flags.only),
      peers: readList(flags.peers),
      quick: flags.quick === true,
      signal,
      progress: (text) => terminal.progress(text),
    })
  const report = await interruptible(terminal, run).catch((error: unknown) => {
    throw error instanceof RangeError ? new UsageError(error.message, { cause: error }) : error
  })
  if (flags.report !== undefined)
    await writeFile(flags.report, `${JSON.stringify(report, null, 2)}\n`)
  if (flags.markdown !== undefined) {
    const chart = flags.markdown.replace(/(?:\.md)?$/, '.svg')
    await writeFile(flags.markdown, bench.markdownOf(report, basename(chart)))
    await writeFile(chart, bench.chartOf(report))
  }
  for (const { what, reason } of [...report.leftOut, ...report.differing])
    terminal.note(`${what} is left out: ${reason}`)
  if (flags.json === true) terminal.print(JSON.stringify(report, null, 2))
  else printTables(report, bench.formatFigure, terminal)
  if (report.differing.length > 0) throw new CommandFailed()
}

function readList(list: string | undefined): readonly string[] {
  return (list ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

type Format = (figure: number, unit: WorkResult['unit']) => string

function printTables({ works, targets }: Report, format: Format, terminal: Terminal): void {
  for (const { name, unit, results } of works) {
    const rows = results.map(({ peer, median, p25, p75 }) => [
      peer,
      format(median, unit),
      `${format(p25, unit)} – ${format(p75, unit)}`,
    ])
    terminal.print(`${formatTable([name, 'median', 'quarters'], rows)}\n`)
  }
  const missed = targets.filter(({ holds }) => !holds)
  for (const { says, ratio, limit } of missed)
    terminal.print(
      `${terminal.style('yellow', 'missed')}  ${says}: ${ratio.toFixed(2)}, not ${limit.toFixed(2)}`,
    )
  const met = targets.length - missed.length
  terminal.print(`${works.length} works, ${met} of ${targets.length} targets hold`)
}
