/** Fields, operations, inputs, accessors, tables: what every language and engine can spell, quoted or not. */
export function isName(word: string): boolean {
  return /^[A-Za-z_]*[A-Za-z][A-Za-z0-9_]*$/.test(word)
}

export const NAME_HINT = 'letters, digits and underscores, not starting with a digit'
