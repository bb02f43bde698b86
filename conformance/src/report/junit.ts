// JUnit's XML, as build servers read it (the schema of the Ant task): a suite for each target.
import type { VectorResult } from '../vector/run-vectors.ts'

export function junitOf(results: readonly VectorResult[]): string {
  const targets = [...new Set(results.map(({ target }) => target))]
  const suites = targets.map((target) =>
    suiteOf(
      target,
      results.filter((result) => result.target === target),
    ),
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    ...suites,
    '</testsuites>',
    '',
  ].join('\n')
}

function suiteOf(target: string, results: readonly VectorResult[]): string {
  const failures = results.filter(({ outcome }) => outcome.result === 'fail').length
  const skipped = results.filter(({ outcome }) => outcome.result === 'known').length
  const seconds = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000
  const head = attributes({
    name: target,
    tests: results.length,
    failures,
    errors: 0,
    skipped,
    time: seconds.toFixed(3),
  })
  return [`  <testsuite ${head}>`, ...results.map(caseOf), '  </testsuite>'].join('\n')
}

function caseOf({ vector, target, outcome, milliseconds }: VectorResult): string {
  const head = attributes({
    classname: vector.chapter === '' ? target : `${target}.${vector.chapter}`,
    name: vector.name,
    file: vector.source.file,
    line: vector.source.line,
    time: (milliseconds / 1000).toFixed(3),
  })
  if (outcome.result === 'fail')
    return `    <testcase ${head}><failure ${attributes({ message: outcome.reason })}/></testcase>`
  if (outcome.result === 'known')
    return `    <testcase ${head}><skipped ${attributes({ message: outcome.reason })}/></testcase>`
  return `    <testcase ${head}/>`
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escapeXml(String(value))}"`)
    .join(' ')
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\n', '&#10;'],
])

/** XML 1.0 has no place for the other control characters. */
function escapeXml(text: string): string {
  return text
    .replace(/[&<>"\n]/g, (character) => ENTITIES.get(character) ?? '')
    .replace(/[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu, '\uFFFD')
}
