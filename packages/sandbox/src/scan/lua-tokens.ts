import type { Token } from './token.ts'

const LONG_BRACKET = /\[(=*)\[/y
const PATTERN =
  /(?<space>\s+)|(?<comment>--[^\n]*)|(?<name>[A-Za-z_]\w*)|(?<number>0[xX][\da-fA-F.]+|\d[\d.]*(?:[eE][+-]?\d+)?)|(?<text>"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?)|(?<sign>\.{2,3}|::|[^])/y

/** Lua's words; what is no Lua comes out as signs, for the engine to refuse. */
export function readLuaTokens(code: string): readonly Token[] {
  const tokens: Token[] = []
  let at = 0
  while (at < code.length) {
    const isComment = code.startsWith('--', at)
    const end = longEnd(code, isComment ? at + 2 : at)
    if (end !== undefined) {
      // A long literal knows no escapes: it hides nothing.
      if (!isComment) tokens.push({ kind: 'text', text: '', at })
      at = end
      continue
    }
    PATTERN.lastIndex = at
    const match = PATTERN.exec(code)
    const groups = match?.groups ?? {}
    const text = match?.[0] ?? ''
    const kind = (['name', 'number', 'text', 'sign'] as const).find((each) => groups[each])
    if (kind !== undefined) tokens.push({ kind, text, at })
    at += Math.max(1, text.length)
  }
  return tokens
}

/** Where a long bracket that begins here ends. */
function longEnd(code: string, at: number): number | undefined {
  LONG_BRACKET.lastIndex = at
  const open = LONG_BRACKET.exec(code)
  if (open === null) return undefined
  const close = `]${open[1] ?? ''}]`
  const end = code.indexOf(close, LONG_BRACKET.lastIndex)
  return end < 0 ? code.length : end + close.length
}
