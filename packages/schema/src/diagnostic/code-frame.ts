// The lines of a file around a diagnostic, with a caret line under what it is about. Counts terminal columns, so that
// tabs and wide characters keep the carets in place.
import type { SourceRange } from './diagnostic.ts'

/** Terminal columns of code shown; longer lines are cropped around the carets. */
const MAX_WIDTH = 96
const TAB = '  '
const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}/u
const ZERO = /\p{M}|[\u200B-\u200D\uFEFF]/u

export interface CodeFrame {
  readonly before: readonly FrameLine[]
  readonly line: FrameLine
  /** Spaces and carets, to print under `line`. */
  readonly carets: string
}

export interface FrameLine {
  readonly number: number
  readonly text: string
}

/** Undefined when the file has no such line. */
export function makeCodeFrame(text: string, range: SourceRange): CodeFrame | undefined {
  const lines = text.split(/\r\n|\n|\r/)
  const source = lines[range.line - 1]
  if (source === undefined) return undefined
  const start = range.column - 1
  const end = range.endLine === range.line ? (range.endColumn ?? 0) - 1 : start + 1
  const left = widthOf(source.slice(0, start))
  const width = Math.max(1, widthOf(source.slice(start, Math.max(start + 1, end))))
  const shift = left + Math.min(width, MAX_WIDTH / 2) > MAX_WIDTH ? left - MAX_WIDTH / 2 : 0
  const cropped = crop(expand(source), shift)
  const offset = shift > 0 ? left - shift + 1 : left
  const room = Math.max(1, Math.min(width, MAX_WIDTH + 1 - offset))
  const before = [range.line - 2, range.line - 1]
    .filter((number) => number >= 1)
    .map((number) => ({ number, text: crop(expand(lines[number - 1] ?? ''), 0) }))
  return {
    before,
    line: { number: range.line, text: cropped },
    carets: ' '.repeat(offset) + '^'.repeat(room),
  }
}

// Control characters would move the cursor of the terminal, or worse.
function expand(line: string): string {
  // oxlint-disable-next-line no-control-regex
  return line.replaceAll('\t', TAB).replace(/[\u0000-\u001F\u007F-\u009F]/g, '\uFFFD')
}

function widthOf(text: string): number {
  let width = 0
  for (const character of expand(text)) width += characterWidth(character)
  return width
}

function characterWidth(character: string): number {
  if (ZERO.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}

/** `MAX_WIDTH` columns from column `from`, with an ellipsis where something was cut off. */
function crop(line: string, from: number): string {
  let column = 0
  let shown = ''
  let cut = false
  for (const character of line) {
    const width = characterWidth(character)
    if (column >= from && column + width <= from + MAX_WIDTH) shown += character
    // A wide character cut in half leaves a space in its place.
    else if (column < from && column + width > from) shown += ' '
    else if (column >= from) {
      cut = true
      break
    }
    column += width
  }
  return `${from > 0 ? '…' : ''}${shown}${cut ? '…' : ''}`
}
