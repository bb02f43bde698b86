// A report as a page of the manual.
import { LAYERS } from '@proj/dbal-contract'
import { digits, formatFigure } from './format-figure.ts'
import type { PeerResult, Report, WorkResult } from './report.ts'

const INTRODUCTION = `# Performance

Written by \`dbal bench --markdown\`; do not edit. Every table is of one run in one process: the peers take turns in each
round, a figure is the median of the rounds, and behind it stand the quarters between which half of the rounds lie. Before
anything is timed the answers of all peers are compared. Times are of one call; they hold for this machine, and ratios
travel better than they do.

DBAL runs as an application has it: signed in, input validated, under a rule that gives rows to their owner, audited to
memory. No peer that is not ours has rules but \`zenstack-policy\`. Each peer is given a database of its own with the same rows, and
servers tidy their tables between works, so that none pays for the one before.
`

export function markdownOf(report: Report, chart: string): string {
  const engines = Object.entries(report.engines)
  return `${[
    INTRODUCTION,
    `![Times of all peers, by engine and work](${chart})`,
    '## The run',
    table(
      ['what', 'which'],
      [
        ['date', report.date.slice(0, 10)],
        ...Object.entries(report.machine),
        ['rounds', `${report.rounds.embedded}, on servers ${report.rounds.server}`],
        ...engines,
        [
          'versions',
          Object.entries(report.versions)
            .map((pair) => pair.join(' '))
            .join(', '),
        ],
      ],
    ),
    table(['peer', 'what it is'], Object.entries(report.peers)),
    ...engines.flatMap(([engine]) => engineTables(report, engine)),
    ...processTables(report),
    ...targetTable(report),
    ...whereTimeGoes(report),
    ...leftOut(report),
  ].join('\n\n')}\n`
}

function engineTables({ works, peers }: Report, engine: string): readonly string[] {
  const own = works.filter((work) => work.engine === engine)
  const names = Object.keys(peers).filter((name) =>
    own.some(({ results }) => results.some(({ peer }) => peer === name)),
  )
  const cell = ({ results }: WorkResult, name: string): string => {
    const result = results.find(({ peer }) => peer === name)
    return result === undefined ? '–' : spread(result)
  }
  const label = ({ name }: WorkResult): string => name.slice(engine.length + 1)
  return [
    `## ${engine}`,
    table(
      ['peer', ...own.map(label)],
      names.map((name) => [name, ...own.map((work) => cell(work, name))]),
    ),
  ]
}

const spread = ({ median, p25, p75 }: PeerResult): string => {
  const scale = median >= 1000 ? 1000 : 1
  return `${formatFigure(median)} (${digits(p25 / scale)}–${digits(p75 / scale)})`
}

function processTables({ works }: Report): readonly string[] {
  const own = works.filter(({ engine }) => engine === undefined)
  if (own.length === 0) return []
  const rows = own.flatMap(({ name, unit, results }) =>
    results.map(({ peer, median, p25, p75 }) => [
      name,
      peer,
      formatFigure(median, unit),
      `${digits(p25)}–${digits(p75)}`,
    ]),
  )
  return ['## Programs', table(['work', 'what', 'median', 'quarters'], rows)]
}

function targetTable({ targets }: Report): readonly string[] {
  if (targets.length === 0) return []
  const rows = targets.map(({ says, ratio, limit, holds }) => [
    says,
    digits(ratio),
    digits(limit),
    holds ? 'yes' : '**no**',
  ])
  return ['## Targets', table(['ratio of medians', 'is', 'at most', 'holds'], rows)]
}

/** Of the targets that do not hold: what of a call is ours to make faster, and what is the engine's. */
function whereTimeGoes({ targets, works }: Report): readonly string[] {
  const missed = targets.filter(({ holds }) => !holds)
  const rows = new Map<string, readonly string[]>()
  for (const { work: name, peer } of missed) {
    const work = works.find((each) => each.name === name)
    const result = work?.results.find((each) => each.peer === peer)
    if (work === undefined || result?.layers === undefined) continue
    const { median, layers } = result
    const bare = bareOf(work, peer)
    const cells = LAYERS.map((layer) => {
      const share = layers[layer]
      return share === undefined ? '–' : formatFigure(share * median)
    })
    const under = bare === undefined ? '–' : formatFigure(bare.median)
    rows.set(`${name} ${peer}`, [work.name, result.peer, formatFigure(median), ...cells, under])
  }
  if (rows.size === 0) return []
  return [
    '## Where the time goes',
    `Of the targets that do not hold: the median, parted as the layers took the time when they were looked at, and beside it
what is measured by itself: the bare driver; of the bridge a bare echo in the same encoding, and of a read in JSON that echo
with the same read in process after it. \`driver\` is everything below DBAL, the way to a server and what it does included.`,
    table(['work', 'peer', 'median', ...LAYERS, 'bare'], [...rows.values()]),
  ]
}

/** What a call of ours consists of, measured by itself; the nearest first. */
const BARE: Readonly<Record<string, readonly string[]>> = {
  'dbal-json': ['ws-then-read', 'ws'],
  'dbal-cbor': ['ws-cbor'],
}

function bareOf({ results }: WorkResult, ours = ''): PeerResult | undefined {
  for (const name of BARE[ours] ?? ['driver']) {
    const found = results.find(({ peer }) => peer === name)
    if (found !== undefined) return found
  }
  return undefined
}

function leftOut({ leftOut, differing }: Report): readonly string[] {
  const all = [...leftOut, ...differing]
  if (all.length === 0) return []
  return [
    '## Left out',
    table(
      ['what', 'why'],
      all.map(({ what, reason }) => [what, reason]),
    ),
  ]
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) =>
    row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')),
  )
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...escaped.map(line)].join('\n')
}
