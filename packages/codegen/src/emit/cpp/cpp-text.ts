const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/** Lines of a `///` comment, without what could end or extend it. */
export function docComment(indent: string, ...texts: readonly (string | undefined)[]): string[] {
  return texts
    .flatMap((text) => text?.split(/\r\n?|\n/) ?? [])
    .map((line) => line.replace(CONTROL, ' ').replaceAll('??/', '?? /').trim())
    .filter((line) => line !== '')
    .map((line) => `${indent}/// ${line.replace(/\\+$/, '')}`.trimEnd())
}

/** A narrow string literal; bytes beyond ASCII are escaped, so the encoding of the file does not matter. */
export function stringLiteral(text: string): string {
  const bytes = [...new TextEncoder().encode(text)].map((byte) => {
    const character = String.fromCodePoint(byte)
    if (character === '"' || character === '\\' || character === '?') return `\\${character}`
    return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, '0')}` : character
  })
  return `"${bytes.join('')}"`
}
