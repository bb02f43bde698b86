// Small pieces of TypeScript text.

/** A property's name: quoted unless it is an identifier; every word of the language may be one. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : quote(name)
}

export function quote(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${escaped}'`
}

/** `'a' | 'b'`; of nothing, never. */
export function union(names: readonly string[]): string {
  return names.length === 0 ? 'never' : names.map(quote).join(' | ')
}

/** Comment text: nothing in it may end the comment. */
export function docText(text: string): string {
  return text.trim().replaceAll('*/', '*\\/').replaceAll('\r', '')
}

/** `{ a: string; b?: number }`; of nothing, an object without keys to write. */
export function objectText(
  entries: readonly { readonly name: string; readonly type: string; readonly optional?: boolean }[],
): string {
  if (entries.length === 0) return '{}'
  const parts = entries.map(
    ({ name, type, optional }) => `${propertyName(name)}${optional === true ? '?' : ''}: ${type}`,
  )
  return `{ ${parts.join('; ')} }`
}
