// How much aliases may repeat: a few lines of them can stand for billions of values.

/** Nodes that aliases may add to one document, and to all documents of a file. */
const MAX_IN_DOCUMENT = 2000
const MAX_IN_FILE = 20_000

/** Shared by the documents of a file. */
export class AliasBudget {
  #inDocument = 0
  #inFile = 0
  #isSaid = false

  beginDocument(): void {
    this.#inDocument = 0
  }

  /** False when that is too much. */
  take(nodes: number): boolean {
    this.#inDocument += nodes
    this.#inFile += nodes
    return this.#inDocument <= MAX_IN_DOCUMENT && this.#inFile <= MAX_IN_FILE
  }

  /** What to say of it, once: of a bomb every further alias is one too many. */
  refusal(): string | undefined {
    if (this.#isSaid) return undefined
    this.#isSaid = true
    return this.#inFile > MAX_IN_FILE
      ? `aliases repeat more than ${MAX_IN_FILE} values in this file`
      : `aliases repeat more than ${MAX_IN_DOCUMENT} values in this document`
  }
}
