// Markdown from untrusted text: descriptions, patterns and predicates of a spec may hold anything.

const SPECIAL = /[\\`*_[\]<|~&$]/g
const BREAK = /[\p{Cc}\p{Zl}\p{Zp}]+/gu

/** Text that stays text, on one line. */
export function text(plain: string): string {
  return escapeStart(oneLine(plain).replace(SPECIAL, (character) => entity(character)))
}

/** What begins a list, a heading or a quotation does so at the start of a line only. */
function escapeStart(line: string): string {
  return line
    .replace(/^[-+=#>]/, entity)
    .replace(
      /^(\d+)([.)])(?=\s|$)/,
      (_, digits: string, mark: string) => `${digits}${entity(mark)}`,
    )
}

/** Text as code. Where backticks or pipes are in it, entities stand for whatever Markdown would read. */
export function code(plain: string): string {
  const line = oneLine(plain)
  if (line === '') return ''
  return /[`|]/.test(line)
    ? `<code>${line.replace(/[^\w\s.,:;()'"=/-]/gu, entity)}</code>`
    : `\`${line}\``
}

export function codes(list: Iterable<string>): string {
  return [...list].map(code).join(', ')
}

function entity(character: string): string {
  return `&#${character.codePointAt(0) ?? 0};`
}

function oneLine(plain: string): string {
  return plain.replace(BREAK, ' ').trim()
}

/** Cells are Markdown already. A column that is empty in every row is left out. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const used = heads.map((_, i) => rows.some((row) => (row[i] ?? '') !== ''))
  const line = (cells: readonly string[]): string =>
    `| ${cells.filter((_, i) => used[i]).join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

export function codeBlock(language: string, body: string): string {
  const longest = Math.max(2, ...[...body.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${body}\n${fence}`
}

/** Its own anchor, as entities may be called like headings. */
export function heading(level: number, id: string, title: string): string {
  return `<a id="${id}"></a>\n\n${'#'.repeat(level)} ${title}`
}

export function link(title: string, id: string): string {
  return `[${title}](#${id})`
}

/** Blocks with a blank line between them; empty ones are left out. */
export function blocks(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}
