// The text of a predicate as tokens with their places. Whether a word is a keyword or a name is left to the
// parser: `from`, `order` and `read` are legal names of fields.
import type { PredicateProblem } from './predicate-problem.ts'

export type TokenKind = 'word' | 'quoted' | 'string' | 'number' | 'reference' | 'symbol' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** A name, the value of a string, the digits of a number, `user` of `$user`, or the symbol itself. */
  readonly text: string
  readonly offset: number
  readonly length: number
}

const BLANK = /\s+/y
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const REFERENCE = /\$([A-Za-z_][A-Za-z0-9_]*)?/y
const SYMBOL = /&&|\|\||==|!=|<>|<=|>=|[=<>!(),.]/y
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ['==', '='],
  ['<>', '!='],
])
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
])

/** Always ends with an `end` token; a character that begins no token is a symbol no rule of the grammar knows. */
export function tokenizePredicate(text: string): {
  tokens: readonly Token[]
  problems: readonly PredicateProblem[]
} {
  const tokens: Token[] = []
  const problems: PredicateProblem[] = []
  let offset = 0
  while (offset < text.length) {
    const blank = take(BLANK, text, offset)
    if (blank !== undefined) {
      offset += blank.length
      continue
    }
    const token = readToken(text, offset, problems)
    tokens.push(token)
    offset += token.length
  }
  tokens.push({ kind: 'end', text: '', offset: text.length, length: 0 })
  return { tokens, problems }
}

function readToken(text: string, offset: number, problems: PredicateProblem[]): Token {
  const first = text[offset]
  if (first === "'" || first === '"') return readString(text, offset, first, problems)
  if (first === '`') return readQuotedName(text, offset, problems)
  const word = take(WORD, text, offset)
  if (word !== undefined) return { kind: 'word', text: word, offset, length: word.length }
  const number = take(NUMBER, text, offset)
  if (number !== undefined) return { kind: 'number', text: number, offset, length: number.length }
  const reference = take(REFERENCE, text, offset)
  if (reference !== undefined)
    return { kind: 'reference', text: reference.slice(1), offset, length: reference.length }
  const symbol = take(SYMBOL, text, offset) ?? String.fromCodePoint(text.codePointAt(offset) ?? 0)
  return { kind: 'symbol', text: SPELLINGS.get(symbol) ?? symbol, offset, length: symbol.length }
}

/** A quote is doubled or has a backslash; before any other character a backslash is itself, as LIKE wants it. */
function readString(
  text: string,
  offset: number,
  quote: string,
  problems: PredicateProblem[],
): Token {
  let value = ''
  let at = offset + 1
  while (at < text.length) {
    const character = text[at] ?? ''
    const next = text[at + 1] ?? ''
    const escaped = character === '\\' ? ESCAPES.get(next) : undefined
    if (character === quote && next !== quote) {
      const length = at + 1 - offset
      if (/[\0\p{Surrogate}]/u.test(value))
        problems.push(
          syntax('a string may hold neither U+0000 nor half a character', offset, length),
        )
      return { kind: 'string', text: value, offset, length }
    }
    value += escaped ?? character
    at += escaped !== undefined || character === quote ? 2 : 1
  }
  problems.push(syntax('the string has no end', offset, text.length - offset))
  return { kind: 'string', text: value, offset, length: text.length - offset }
}

/** `` `not` ``: a name that would be read as something else. */
function readQuotedName(text: string, offset: number, problems: PredicateProblem[]): Token {
  const end = text.indexOf('`', offset + 1)
  const length = (end === -1 ? text.length : end + 1) - offset
  const name = text.slice(offset + 1, end === -1 ? undefined : end)
  if (end !== -1) return { kind: 'quoted', text: name, offset, length }
  problems.push(syntax('the quoted name has no end', offset, length))
  return { kind: 'symbol', text: name, offset, length }
}

function take(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0]
}

export function syntax(
  message: string,
  offset: number,
  length: number,
  hint?: string,
): PredicateProblem {
  const problem = { code: 'predicate-syntax', message, offset, length }
  return hint === undefined ? problem : { ...problem, hint }
}
