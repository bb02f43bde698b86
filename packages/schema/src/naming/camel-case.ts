/** `created_at` → `createdAt`, `IRCChannel` → `ircChannel`; a leading acronym is lowered whole. */
export function camelCase(word: string): string {
  const cased = /[a-z]/.test(word) ? word : word.toLowerCase()
  const joined = cased
    .replace(/^_+/, '')
    .replace(/_+([A-Za-z0-9])/g, (_, next: string) => next.toUpperCase())
    .replace(/_+$/, '')
  return joined.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+(?![a-z])|^[A-Z]/, (start) =>
    start.toLowerCase(),
  )
}

/** `ComponentNode` → `component_node`, `IRCChannel` → `irc_channel`, `getTree` → `get_tree`. */
export function snakeCase(word: string): string {
  return word
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[-\s]+/g, '_')
    .toLowerCase()
}

/** `component_node` → `ComponentNode`. */
export function pascalCase(word: string): string {
  const joined = word.replace(/[-_.\s]+([A-Za-z0-9])/g, (_, next: string) => next.toUpperCase())
  return joined.charAt(0).toUpperCase() + joined.slice(1)
}
