import { FORBIDDEN } from '../forbidden-names.ts'
import { Findings, type Finding } from './finding.ts'
import { findHidden } from './hidden-characters.ts'
import { readLuaTokens } from './lua-tokens.ts'
import { isListOfNumbers, isMostlyEscapes, type Token } from './token.ts'

/** The head of a compiled chunk: ESC, then `Lua`. */
// oxlint-disable-next-line eslint/no-control-regex -- it is what is looked for
const BYTECODE = /\u001b|\\27Lua|\\x1[bB]Lua|\\u\{1[bB]\}Lua/g

export function scanLua(code: string): readonly Finding[] {
  const findings = new Findings(code)
  findHidden(code, findings, 'code')
  for (const { index } of code.matchAll(BYTECODE)) findings.add('bytecode', index)
  const tokens = readLuaTokens(code)
  const own = ownNames(tokens)
  for (const [i, token] of tokens.entries()) {
    const { kind, text, at } = token
    if (kind === 'text' && isMostlyEscapes(text)) findings.add('escaped-text', at)
    if (kind !== 'name') continue
    const isMember = tokens[i - 1]?.text === '.' || tokens[i - 1]?.text === ':'
    if (isMember) {
      if (text === 'char' && isListOfNumbers(tokens, i + 1)) findings.add('assembled-text', at)
      if (text === 'dump' && tokens[i - 2]?.text === 'string') findings.add('bytecode', at)
    } else if (isForbidden(text) && !own.has(text) && !isKey(tokens, i)) {
      findings.add('forbidden-global', at)
    } else if (text === '_G' && isComputed(tokens, i)) findings.add('computed-global', at)
  }
  return findings.list()
}

/** `dump` is forbidden as a member of `string` only. */
function isForbidden(name: string): boolean {
  return name !== 'dump' && FORBIDDEN.lua.has(name)
}

/** Names that the script makes itself: locals, parameters, loop variables, functions. */
function ownNames(tokens: readonly Token[]): ReadonlySet<string> {
  const own = new Set<string>()
  for (const [i, { text }] of tokens.entries()) {
    if (text === 'for') addList(tokens, i + 1, own)
    if (text === 'local') addList(tokens, tokens[i + 1]?.text === 'function' ? i + 2 : i + 1, own)
    if (text !== 'function') continue
    // `function (a)`, `function name(a)`; of `function list.name(a)` nothing is a global's name.
    const named = tokens[i + 1]?.kind === 'name'
    if (named && tokens[i + 2]?.text === '(') addList(tokens, i + 1, own)
    let open = i + 1
    while (open < i + MAX_PATH && tokens[open]?.text !== '(') open++
    addList(tokens, open + 1, own)
  }
  // The table of all globals cannot be had by calling something else so.
  own.delete('_ENV')
  return own
}

/** Words of `a.b.c:d` before its bracket, and names that Lua has room for in a function. */
const MAX_PATH = 20
const MAX_LOCALS = 255

/** `a, b <const>, c`, to the first sign that is none of theirs. */
function addList(tokens: readonly Token[], from: number, own: Set<string>): void {
  for (let i = from, names = 0; names < MAX_LOCALS; names++) {
    const name = tokens[i]
    if (name?.kind !== 'name') return
    own.add(name.text)
    i += tokens[i + 1]?.text === '<' ? 4 : 1
    if (tokens[i]?.text !== ',') return
    i++
  }
}

/** A key of a table: `{ os = 1 }`. */
function isKey(tokens: readonly Token[], i: number): boolean {
  const before = tokens[i - 1]?.text
  return tokens[i + 1]?.text === '=' && (before === '{' || before === ',' || before === ';')
}

/** By an index that is no plain text. */
function isComputed(tokens: readonly Token[], i: number): boolean {
  if (tokens[i + 1]?.text !== '[') return false
  return !(tokens[i + 2]?.kind === 'text' && tokens[i + 3]?.text === ']')
}
