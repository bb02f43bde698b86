// `dbal conformance --seed` and `--budget`: what random programs and worlds find, each with the way to play it again.
import { randomInt } from 'node:crypto'
import type { Finding, RandomReport, WrittenCase } from '@proj/dbal-conformance'
import { CommandFailed, UsageError } from '../command-failure.ts'
import { formatTable } from '../terminal/format-table.ts'
import { interruptible } from '../terminal/interruptible.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { chooseTargets, explainMissing } from './choose-targets.ts'
import { demandWritable, writeReport } from './write-report.ts'

export interface RandomFlags {
  readonly adapter: string
  readonly seed?: string
  /** Minutes. */
  readonly budget?: string
  /** A folder. */
  readonly counterexamples?: string
  readonly report?: string
  readonly json?: boolean
}

/** Throws CommandFailed when something was found, UsageError for numbers that are none. */
export async function playRandom(flags: RandomFlags, terminal: Terminal): Promise<void> {
  const { runRandom, writeCase } = await import('@proj/dbal-conformance')
  const seed = flags.seed === undefined ? randomInt(2 ** 31) : readNumber('seed', flags.seed)
  if (!Number.isSafeInteger(seed)) throw new UsageError('--seed takes a whole number from 0 on')
  const minutes = flags.budget === undefined ? 0 : readNumber('budget', flags.budget)
  await demandWritable([flags.report])
  const targets = await chooseTargets(flags.adapter, terminal)
  const play = (signal: AbortSignal): Promise<RandomReport> => {
    if (flags.json !== true) terminal.print(`seed ${seed}`)
    return runRandom({
      targets,
      seed,
      budget: minutes * 60_000,
      signal,
      onProgress: (target, { programs, worlds }) =>
        terminal.progress(`${target}: ${programs} programs, ${worlds} worlds`),
      onFinding: async (finding) => {
        const folder = flags.counterexamples
        const isCase = folder !== undefined && finding.kind === 'difference'
        const written = isCase ? await writeCase(finding, folder) : undefined
        if (flags.json !== true) printFinding(finding, written, terminal)
      },
    })
  }
  const report = await interruptible(terminal, play).catch(explainMissing)
  const text = JSON.stringify(report, null, 2)
  if (flags.report !== undefined) await writeReport(flags.report, `${text}\n`)
  if (flags.json === true) terminal.print(text)
  else printSummary(report, terminal)
  if (report.findings.length > 0) throw new CommandFailed()
}

function readNumber(name: string, text: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number
  throw new UsageError(`--${name} takes a number from 0 on, not ${text}`)
}

function printFinding(
  finding: Finding,
  written: WrittenCase | undefined,
  terminal: Terminal,
): void {
  const { kind, target, seed } = finding
  const said =
    finding.kind === 'difference'
      ? `step ${finding.difference.step}: ${finding.difference.actual}\n        not ${finding.difference.expected}`
      : `${JSON.stringify(finding.leak.operation)}\n        ${finding.leak.observed.join('\n        ')}`
  const again = [
    `dbal conformance --adapter ${target} --seed ${seed}`,
    ...(written === undefined
      ? []
      : [
          `dbal conformance --adapter ${target} --cases ${written.cases} --filter ${JSON.stringify(written.name)}`,
        ]),
  ]
  const lines = again.map((line) => `\n        ${terminal.style('dim', line)}`)
  terminal.print(`${terminal.style('red', kind)}  ${target}  ${said}${lines.join('')}`)
}

function printSummary({ seed, played, findings, interrupted }: RandomReport, terminal: Terminal) {
  const rows = played.map(({ target, programs, worlds }) => {
    const count = (kind: Finding['kind']): string =>
      String(findings.filter((each) => each.target === target && each.kind === kind).length)
    return [target, String(programs), count('difference'), String(worlds), count('leak')]
  })
  terminal.print(formatTable(['target', 'programs', 'differences', 'worlds', 'leaks'], rows))
  const found = findings.length === 0 ? 'nothing found' : `${findings.length} found`
  const early = interrupted ? ', ended early' : ''
  const color = findings.length === 0 ? 'green' : 'red'
  terminal.print(terminal.style(color, `${found}${early} (seed ${seed})`))
}
