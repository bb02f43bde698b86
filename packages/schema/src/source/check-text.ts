// What would exhaust the parser, or is no text at all, is refused before the parser sees it.
import type { Problems } from '../diagnostic/problems.ts'
import type { LineIndex } from './line-index.ts'

/** UTF-16 units of one file. */
export const MAX_FILE_LENGTH = 1024 * 1024
/** Brackets open at once. The parser recurses, and far beyond this it takes the whole process down. */
const MAX_BRACKETS = 500

/** False, with a diagnostic, for a text that cannot be parsed safely. */
export function checkText(
  path: string,
  text: string,
  lines: LineIndex,
  problems: Problems,
): boolean {
  const start = { file: path, line: 1, column: 1 }
  if (text.length > MAX_FILE_LENGTH) {
    problems.error(
      'file-too-large',
      start,
      `the file holds ${text.length} characters; the limit is ${MAX_FILE_LENGTH}`,
      'split it: folders and several files per folder carry no meaning',
    )
    return false
  }
  // oxlint-disable-next-line no-control-regex
  const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F]/.exec(text)
  if (control !== null) {
    problems.error(
      'control-character',
      lines.range(control.index, control.index + 1),
      `a control character (U+${control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}) is not text`,
    )
    return false
  }
  const deep = findDeepNesting(text)
  if (deep === undefined) return true
  problems.error('too-deep', lines.range(deep, deep + 1), 'values are nested too deeply')
  return false
}

/** Where nesting passes what the parser may be given: brackets, `- - -` on a line, or indentation. */
function findDeepNesting(text: string): number | undefined {
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (character === 0x5b || character === 0x7b) {
      if (++depth > MAX_BRACKETS) return index
    } else if ((character === 0x5d || character === 0x7d) && depth > 0) depth--
  }
  const block = /^(?: {500}|[ ]*(?:[-?:][ \t]+){100})/m.exec(text)
  return block?.index
}
