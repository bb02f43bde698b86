/** What the rules look at. Comments and space are no tokens. */
export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'sign'
  readonly text: string
  readonly at: number
}

/** Mostly escapes, where an escape was not needed: a literal that hides what it says. */
export function isMostlyEscapes(literal: string): boolean {
  const escapes = literal.match(/\\(?:x[\da-fA-F]{2}|u\{?[\da-fA-F]{2,6}\}?|\d{1,3})/g) ?? []
  const printable = escapes.filter(isPrintable)
  const hidden = printable.reduce((sum, escape) => sum + escape.length, 0)
  return printable.length >= 4 && hidden * 2 > literal.length
}

/** Escapes of accents, dashes or control characters have their reasons; those of letters have one. */
function isPrintable(escape: string): boolean {
  const isDecimal = /^\\\d/.test(escape)
  const digits = escape.replaceAll(/[^\da-fA-F]/g, '')
  const code = Number.parseInt(digits, isDecimal ? 10 : 16)
  return code >= 0x20 && code < 0x7f
}

/** `name ( number , number , ...` with at least this many numbers puts a text together. */
const ASSEMBLED = 4

/** Whether the tokens after a call's name are a list of numbers. */
export function isListOfNumbers(tokens: readonly Token[], from: number): boolean {
  if (tokens[from]?.text !== '(') return false
  for (let i = 0; i < ASSEMBLED; i++) {
    if (tokens[from + 1 + i * 2]?.kind !== 'number') return false
    if (i > 0 && tokens[from + i * 2]?.text !== ',') return false
  }
  return true
}
