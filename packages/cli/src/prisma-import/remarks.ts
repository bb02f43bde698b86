/** Subjects named in one remark. */
const NAMED = 6

/** What a person should look at after an import: one line for each kind of thing, with all it is about. */
export class Remarks {
  readonly #subjects = new Map<string, string[]>()

  add(text: string, subject: string): void {
    const subjects = this.#subjects.get(text)
    if (subjects === undefined) this.#subjects.set(text, [subject])
    else subjects.push(subject)
  }

  lines(): readonly string[] {
    return [...this.#subjects].map(([text, subjects]) => {
      const more = subjects.length - NAMED
      const named = subjects.slice(0, NAMED).join(', ')
      return `${named}${more > 0 ? ` and ${more} more` : ''}: ${text}`
    })
  }
}
