// docs/reference/capabilities.md: the committed manifest for people.
import type { Earned, Manifest, TargetEarned } from './manifest.ts'

export function capabilitiesPage(manifest: Manifest): string {
  const all = Object.entries(manifest)
  const quirks = [...new Set(all.flatMap(([, earned]) => quirksOf(earned)))].sort()
  const numberOf = (quirk: string): number => quirks.indexOf(quirk) + 1
  const section = (part: keyof TargetEarned, title: string): string => {
    const parts = all.map(([, earned]): Readonly<Record<string, Earned>> => earned[part])
    const names = [...new Set(parts.flatMap((each) => Object.keys(each)))]
    const rows = names.map((name) => [
      part === 'features' ? `\`${name}\`` : name,
      ...parts.map((each) => say(each[name] ?? 'absent', numberOf)),
    ])
    return table([title, ...Object.keys(manifest)], rows)
  }
  return `${[
    '<!-- Made by `npm run generate` from conformance/capabilities.json; do not edit. -->',
    '# What each engine has earned',
    'The result of all [conformance cases](../guides/conformance.md), by the features of [capabilities](../spec/capabilities.md). What the client itself adds is shown on every engine.',
    '- **pass**: every case holds.',
    '- **quirk**: every case holds but those that are named below, which are run and must still fail.',
    '- **refused**: the engine lacks it and says so, before anything is done.',
    '- **–**: the engine does without it, as [capabilities](../spec/capabilities.md) say.',
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

function quirksOf({ features, chapters }: TargetEarned): readonly string[] {
  const all: readonly Earned[] = [...Object.values(features), ...Object.values(chapters)]
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
