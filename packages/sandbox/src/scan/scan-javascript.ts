import { FORBIDDEN } from '../forbidden-names.ts'
import { Findings, type Finding } from './finding.ts'
import { findHidden } from './hidden-characters.ts'
import { BEFORE_VALUE, readJavaScriptTokens } from './javascript-tokens.ts'
import { isListOfNumbers, isMostlyEscapes, type Token } from './token.ts'

/** Members that lead from any value to what made it. */
const PROTOTYPE: ReadonlySet<string> = new Set([
  '__defineGetter__',
  '__lookupGetter__',
  '__proto__',
  'constructor',
])
const ASSEMBLERS: ReadonlySet<string> = new Set(['fromCharCode', 'fromCodePoint'])
const DECLARES: ReadonlySet<string> = new Set(['const', 'let', 'var', 'function', 'class', 'catch'])

/** Long programs of nothing but these are written to be unreadable. */
const SYMBOLS = /^[\s[\]()!+{}$_;,"'`.=-]*$/
const SYMBOLS_LENGTH = 100

export function scanJavaScript(code: string): readonly Finding[] {
  const findings = new Findings(code)
  findHidden(code, findings, 'code')
  if (code.trim().length >= SYMBOLS_LENGTH && SYMBOLS.test(code)) findings.add('symbols-only', 0)
  const tokens = readJavaScriptTokens(code)
  const own = ownNames(tokens)
  for (const [i, token] of tokens.entries()) scanToken(tokens, i, token, own, findings)
  return findings.list()
}

function scanToken(
  tokens: readonly Token[],
  i: number,
  { kind, text, at }: Token,
  own: ReadonlySet<string>,
  findings: Findings,
): void {
  const before = tokens[i - 1]?.text
  const after = tokens[i + 1]?.text
  if (kind === 'text') {
    if (isMostlyEscapes(text)) findings.add('escaped-text', at)
    if (before === '[' && after === ']' && PROTOTYPE.has(text.slice(1, -1))) {
      // A list of one text is no access: `["constructor"]` after a value is.
      const owner = tokens[i - 2]
      const isValue = owner?.kind === 'name' && !BEFORE_VALUE.has(owner.text)
      const isAccess = isValue || owner?.text === ')' || owner?.text === ']'
      if (isAccess) findings.add('prototype-access', at)
    }
    return
  }
  if (kind !== 'name') return
  // An escape in a name has no use but to hide it.
  if (text.includes('\\')) findings.add('escaped-text', at)
  if (before === '.' || before === '?.') {
    if (PROTOTYPE.has(text)) findings.add('prototype-access', at)
    if (ASSEMBLERS.has(text) && isListOfNumbers(tokens, i + 1)) findings.add('assembled-text', at)
    return
  }
  if (text === '__proto__') findings.add('prototype-access', at)
  else if (text === 'import' && after === '(') findings.add('import', at)
  else if (text === 'import' && (before === undefined || before === ';')) findings.add('import', at)
  else if (text === 'globalThis' && after === '[' && tokens[i + 2]?.kind !== 'text') {
    findings.add('computed-global', at)
  } else if (FORBIDDEN.javascript.has(text) && !own.has(text) && !isKey(tokens, i)) {
    findings.add('forbidden-global', at)
  }
}

/** Names that the script makes itself: variables, functions, parameters. */
function ownNames(tokens: readonly Token[]): ReadonlySet<string> {
  const own = new Set<string>()
  for (const [i, { kind, text }] of tokens.entries()) {
    const next = tokens[i + 1]
    if (kind === 'name' && DECLARES.has(text)) {
      if (next?.kind === 'name') own.add(next.text)
      addInside(tokens, next?.kind === 'name' ? i + 2 : i + 1, own)
    } else if (text === '=>') {
      const before = tokens[i - 1]
      if (before?.kind === 'name') own.add(before.text)
      else if (before?.text === ')') addInside(tokens, openOf(tokens, i - 1), own)
    }
  }
  return own
}

/** Enough for the parameters of any function; further would cost the square of the length. */
const MAX_TOKENS = 200

/** Names in a bracket that begins here, where a name is declared: after a bracket, a comma, a colon. */
function addInside(tokens: readonly Token[], open: number, own: Set<string>): void {
  if (!OPENING.has(tokens[open]?.text ?? '')) return
  let depth = 0
  for (let i = open; i < Math.min(tokens.length, open + MAX_TOKENS); i++) {
    const { kind, text } = tokens[i] ?? { kind: 'sign', text: '' }
    if (OPENING.has(text)) depth++
    if (CLOSING.has(text) && --depth === 0) return
    const before = tokens[i - 1]?.text ?? ''
    if (kind === 'name' && (OPENING.has(before) || BEFORE_NAME.has(before))) own.add(text)
  }
}

function openOf(tokens: readonly Token[], close: number): number {
  let depth = 0
  for (let i = close; i >= Math.max(0, close - MAX_TOKENS); i--) {
    if (tokens[i]?.text === ')') depth++
    if (tokens[i]?.text === '(' && --depth === 0) return i
  }
  return close
}

const OPENING: ReadonlySet<string> = new Set(['(', '[', '{'])
const CLOSING: ReadonlySet<string> = new Set([')', ']', '}'])
const BEFORE_NAME: ReadonlySet<string> = new Set([',', ':', '...'])

/** A key of an object, or a label: `{ process: 1 }`; not the middle of `a ? process : b`. */
function isKey(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]?.text ?? ''
  return tokens[i + 1]?.text === ':' && ['{', ',', ';', ''].includes(before)
}
