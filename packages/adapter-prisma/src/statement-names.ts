/** Texts that get a name; each costs memory on every connection of the server, so later ones stay unnamed. */
const MAX_NAMES = 1000

/** Names for prepared statements: one text has one name for ever, because a server connection remembers it. */
export function createStatementNames(): (text: string) => string {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known !== undefined) return known
    if (names.size >= MAX_NAMES) return ''
    const name = `dbal_${names.size}`
    names.set(text, name)
    return name
  }
}
