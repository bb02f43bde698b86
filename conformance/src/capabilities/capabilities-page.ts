// docs/reference/capabilities.md: the committed manifest for people.
import type { Earned, Manifest, TargetEarned } from './manifest.ts'

export function capabilitiesPage(manifest: Manifest): string {
  const targets = Object.keys(manifest)
  const quirks = [...new Set(targets.flatMap((target) => quirksOf(manifest[target])))].sort()
  const numberOf = (quirk: string): number => quirks.indexOf(quirk) + 1
  const section = (part: keyof TargetEarned, title: string): string => {
    const names = [
      ...new Set(targets.flatMap((target) => Object.keys(manifest[target]?.[part] ?? {}))),
    ]
    const rows = names.map((name) => [
      part === 'features' ? `\`${name}\`` : name,
      ...targets.map((target) => {
        const earned = (manifest[target]?.[part] as Readonly<Record<string, Earned>>)[name]
        return earned === undefined ? '-' : say(earned, numberOf)
      }),
    ])
    return table([title, ...targets], rows)
  }
  return `${[
    '<!-- Made by `npm run generate` from conformance/capabilities.json; do not edit. -->',
    '# What each engine has earned',
    'The result of all [conformance cases](../guides/conformance.md), by the features of [capabilities](../spec/capabilities.md).',
    '- **pass**: every case holds.',
    '- **quirk**: every case holds but those that are named below, which are run and must still fail.',
    '- **refused**: the engine lacks it and says so, before anything is done.',
    '- **declared**: the adapter has it; its own tests show it, as no case can.',
    '- **–**: the adapter does not have it.',
    '## Features',
    section('features', 'feature'),
    '## Chapters of the cases',
    section('chapters', 'chapter'),
    '## Quirks',
    quirks.map((quirk, n) => `${n + 1}. ${quirk}`).join('\n'),
  ].join('\n\n')}\n`
}

function say(earned: Earned, numberOf: (quirk: string) => number): string {
  if (typeof earned === 'object') return `quirk ${earned.map(numberOf).join(', ')}`
  return earned === 'absent' ? '–' : earned
}

function quirksOf(earned: TargetEarned | undefined): readonly string[] {
  const all = [...Object.values(earned?.features ?? {}), ...Object.values(earned?.chapters ?? {})]
  return all.flatMap((each) => (typeof each === 'object' ? each : []))
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, n) =>
    Math.max(title.length, ...rows.map((row) => (row[n] ?? '').length)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join(
    '\n',
  )
}
