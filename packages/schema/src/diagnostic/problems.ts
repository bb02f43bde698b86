// Collects diagnostics while a workspace is read; one problem at one place is kept once.
import type { Diagnostic, SourceRange } from './diagnostic.ts'

const MAX_MESSAGE = 400

export class Problems {
  readonly #found = new Map<string, Diagnostic>()
  readonly #errorPlaces = new Set<string>()

  error(code: string, at: SourceRange, message: string, hint?: string): void {
    this.add(diagnostic('error', code, at, message, hint))
  }

  warn(code: string, at: SourceRange, message: string, hint?: string): void {
    this.add(diagnostic('warning', code, at, message, hint))
  }

  add(found: Diagnostic): void {
    const key = `${found.file}:${found.line}:${found.column}:${found.code}:${found.message}`
    if (!this.#found.has(key)) this.#found.set(key, found)
    if (found.severity === 'error')
      this.#errorPlaces.add(`${found.file}:${found.line}:${found.column}`)
  }

  addAll(found: Iterable<Diagnostic>): void {
    for (const one of found) this.add(one)
  }

  has(code: string): boolean {
    return [...this.#found.values()].some((found) => found.code === code)
  }

  /** True when something is wrong at exactly this place already. */
  hasErrorAt({ file, line, column }: SourceRange): boolean {
    return this.#errorPlaces.has(`${file}:${line}:${column}`)
  }

  /** By file, then position. */
  sorted(): readonly Diagnostic[] {
    return [...this.#found.values()].sort(
      (a, b) =>
        compareText(a.file, b.file) ||
        a.line - b.line ||
        a.column - b.column ||
        compareText(a.code, b.code),
    )
  }
}

function diagnostic(
  severity: Diagnostic['severity'],
  code: string,
  at: SourceRange,
  message: string,
  hint: string | undefined,
): Diagnostic {
  return {
    severity,
    code,
    message: crop(message),
    ...at,
    ...(hint === undefined ? {} : { hint: crop(hint) }),
  }
}

/** Words of the spec stand in messages, and a word may be a megabyte. */
function crop(text: string): string {
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
