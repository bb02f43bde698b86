import type { SourceFile } from '../source/source-file.ts'
import { makeCodeFrame } from './code-frame.ts'
import type { Diagnostic } from './diagnostic.ts'

export interface FormatOptions {
  /** `pretty` for people, `json` for programs, `github` for annotations in its CI. */
  readonly format: 'pretty' | 'json' | 'github'
  /** ANSI colours, in `pretty` only. */
  readonly color?: boolean
  /** What stands before each file name: the workspace folder as the reader knows it. */
  readonly root?: string
}

/** Diagnostics as text, empty for none but in `json`; `files` are those of the load result, for the code frames. */
export function formatDiagnostics(
  diagnostics: readonly Diagnostic[],
  files: readonly SourceFile[],
  options: FormatOptions,
): string {
  switch (options.format) {
    case 'json':
      return formatJson(diagnostics, options.root)
    case 'github':
      return diagnostics.map((found) => formatGithub(found, options.root)).join('\n')
    case 'pretty':
      return formatPretty(diagnostics, files, options)
  }
}

function formatJson(diagnostics: readonly Diagnostic[], root: string | undefined): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length
  const warnings = diagnostics.length - errors
  const placed = diagnostics.map((found) => ({ ...found, file: pathOf(found, root) }))
  return JSON.stringify({ diagnostics: placed, errors, warnings }, null, 2)
}

/** A workflow command: https://docs.github.com/actions/reference/workflow-commands-for-github-actions */
function formatGithub(found: Diagnostic, root: string | undefined): string {
  const properties = [
    ['file', pathOf(found, root)],
    ['line', found.line],
    ['col', found.column],
    ...(found.endLine === undefined ? [] : [['endLine', found.endLine]]),
    ...(found.endColumn === undefined ? [] : [['endColumn', found.endColumn]]),
    ['title', found.code],
  ].map(([key, value]) => `${String(key)}=${escapeProperty(String(value))}`)
  const text = found.hint === undefined ? found.message : `${found.message}\n${found.hint}`
  return `::${found.severity} ${properties.join(',')}::${escapeData(text)}`
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

function formatPretty(
  diagnostics: readonly Diagnostic[],
  files: readonly SourceFile[],
  options: FormatOptions,
): string {
  const texts = new Map(files.map(({ path, text }) => [path, text.replace(/^\uFEFF/, '')]))
  const paint = options.color === true ? paintAnsi : paintNothing
  return diagnostics
    .map((found) => formatOne(found, texts.get(found.file), options.root, paint))
    .join('\n\n')
}

type Tone = 'red' | 'yellow' | 'cyan' | 'dim' | 'bold'
type Paint = (tone: Tone, text: string) => string

const ANSI: Readonly<Record<Tone, number>> = { red: 31, yellow: 33, cyan: 36, dim: 2, bold: 1 }

function paintAnsi(tone: Tone, text: string): string {
  return `\u001B[${ANSI[tone]}m${text}\u001B[0m`
}

function paintNothing(_tone: Tone, text: string): string {
  return text
}

function formatOne(
  found: Diagnostic,
  text: string | undefined,
  root: string | undefined,
  paint: Paint,
): string {
  const tone = found.severity === 'error' ? 'red' : 'yellow'
  const place = `${pathOf(found, root)}:${found.line}:${found.column}`
  const head = `${paint('bold', visible(place))} ${paint(tone, found.severity)} ${paint('dim', found.code)}`
  const lines = [head, `  ${visible(found.message)}`]
  const frame = text === undefined ? undefined : makeCodeFrame(text, found)
  if (frame !== undefined) {
    const gutter = String(frame.line.number).length
    const numbered = (number: number | '', code: string, mark: string): string =>
      `${mark} ${paint('dim', `${String(number).padStart(gutter)} |`)} ${code}`.trimEnd()
    lines.push(
      ...frame.before.map((line) => numbered(line.number, line.text, ' ')),
      numbered(frame.line.number, frame.line.text, paint(tone, '>')),
      numbered('', paint(tone, frame.carets), ' '),
    )
  }
  if (found.hint !== undefined) lines.push(`  ${paint('cyan', 'hint:')} ${visible(found.hint)}`)
  return lines.join('\n')
}

function pathOf(found: Diagnostic, root: string | undefined): string {
  if (root === undefined || root === '') return found.file
  const folder = root.replace(/\/+$/, '')
  // `.` is the workspace itself.
  return found.file === '.' ? folder : `${folder}/${found.file}`
}

function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001F\u007F-\u009F]/g, '\uFFFD')
}
