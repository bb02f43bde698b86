// Keys that stand twice leave two readings of a workspace: the first of each counts, or the last. Both are judged,
// so that a fault of either shows; what is wrong elsewhere in one of them only follows from the choice.
import type { Diagnostic, SourceRange } from '../diagnostic/diagnostic.ts'
import type { FileKind } from '../source/file-kind.ts'
import type { SpecDocument } from '../source/parse-documents.ts'

export type Documents = ReadonlyMap<FileKind, readonly SpecDocument[]>

export interface Judged<T> {
  readonly model: T
  readonly found: readonly Diagnostic[]
}

/** The model of the first reading, with what is to be said about both. */
export function judgeReadings<T>(
  documents: Documents,
  judge: (documents: Documents) => Judged<T>,
): Judged<T> {
  const first = judge(documents)
  const repeats = [...documents.values()].flat().flatMap((document) => document.repeats)
  if (repeats.length === 0) return first
  const last = judge(new Map([...documents].map(([kind, list]) => [kind, list.map(lastReading)])))
  const inLast = new Set(last.found.map(keyOf))
  const inBoth = new Set(first.found.map(keyOf).filter((key) => inLast.has(key)))
  const isSure = (one: Diagnostic): boolean =>
    inBoth.has(keyOf(one)) || repeats.some((range) => isInside(one, range))
  return { model: first.model, found: [...first.found, ...last.found].filter(isSure) }
}

function lastReading(document: SpecDocument): SpecDocument {
  const { twin } = document
  return twin === undefined ? document : { ...document, root: twin }
}

function keyOf({ file, line, column, code, message }: Diagnostic): string {
  return JSON.stringify([file, line, column, code, message])
}

function isInside({ file, line, column }: Diagnostic, range: SourceRange): boolean {
  if (file !== range.file) return false
  const { endLine = range.line, endColumn = range.column } = range
  const begins = line > range.line || (line === range.line && column >= range.column)
  return begins && (line < endLine || (line === endLine && column < endColumn))
}
