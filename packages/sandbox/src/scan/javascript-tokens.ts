import type { Token } from './token.ts'

const ESCAPE = String.raw`\\u(?:\{[\da-fA-F]+\}|[\da-fA-F]{4})`
const KINDS = [
  String.raw`(?<space>\s+)`,
  String.raw`(?<comment>//[^\n]*|/\*[^]*?(?:\*/|$))`,
  String.raw`(?<name>(?:[A-Za-z_$]|${ESCAPE})(?:[\w$]|${ESCAPE})*)`,
  String.raw`(?<number>0[xXbBoO][\da-fA-F_]+n?|\d[\d_.]*(?:[eE][+-]?\d+)?n?)`,
  String.raw`(?<text>"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?)`,
  String.raw`(?<sign>=>|\?\.|\.{3}|[^])`,
]
const PATTERN = new RegExp(KINDS.join('|'), 'y')
const REGEX = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y

/** Words after which a value begins, so that a slash does not divide and a bracket does not reach in. */
export const BEFORE_VALUE: ReadonlySet<string> = new Set([
  'case',
  'delete',
  'do',
  'else',
  'in',
  'new',
  'of',
  'return',
  'throw',
  'typeof',
  'void',
  'yield',
])

/** JavaScript's words; what a template holds in `${}` is among them, and a pattern is a text. */
export function readJavaScriptTokens(code: string): readonly Token[] {
  const tokens: Token[] = []
  /** For each template that is open, how many braces are open in its hole. */
  const holes: number[] = []
  /** Until here no pattern ends: to look again at each slash would cost its square. */
  let noPattern = 0
  let at = 0
  while (at < code.length) {
    if (code[at] === '`') {
      at = readLiteral(code, at + 1, tokens, holes)
      continue
    }
    if (code[at] === '}' && holes.at(-1) === 0) {
      holes.pop()
      at = readLiteral(code, at + 1, tokens, holes)
      continue
    }
    if (code[at] === '/' && at >= noPattern && mayBePattern(code, at, tokens.at(-1))) {
      REGEX.lastIndex = at
      if (REGEX.test(code)) {
        tokens.push({ kind: 'text', text: '', at })
        at = REGEX.lastIndex
        continue
      }
      const lineEnd = code.indexOf('\n', at)
      noPattern = lineEnd < 0 ? code.length : lineEnd
    }
    PATTERN.lastIndex = at
    const match = PATTERN.exec(code)
    const text = match?.[0] ?? ''
    const hole = holes.length - 1
    if (hole >= 0 && text === '{') holes[hole] = (holes[hole] ?? 0) + 1
    if (hole >= 0 && text === '}') holes[hole] = (holes[hole] ?? 0) - 1
    const groups = match?.groups ?? {}
    const kind = (['name', 'number', 'text', 'sign'] as const).find((each) => groups[each])
    if (kind !== undefined) tokens.push({ kind, text, at })
    at += Math.max(1, text.length)
  }
  return tokens
}

/** A piece of a template's text; answers where it ended: past its end, or in a hole that it opened. */
function readLiteral(code: string, from: number, tokens: Token[], holes: number[]): number {
  let at = from
  while (at < code.length && code[at] !== '`' && !code.startsWith('${', at)) {
    at += code[at] === '\\' ? 2 : 1
  }
  tokens.push({ kind: 'text', text: code.slice(from, at), at: from })
  if (!code.startsWith('${', at)) return at + 1
  holes.push(0)
  return at + 2
}

function mayBePattern(code: string, at: number, before: Token | undefined): boolean {
  if (code[at + 1] === '/' || code[at + 1] === '*') return false
  if (before === undefined) return true
  if (before.kind === 'name') return BEFORE_VALUE.has(before.text)
  return before.kind === 'sign' && ![')', ']', '}'].includes(before.text)
}
