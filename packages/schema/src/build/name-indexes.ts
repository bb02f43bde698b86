// Physical names across the workspace: tables and indexes share a name space on some engines, and case is folded on others.
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Problems } from '../diagnostic/problems.ts'
import { MAX_IDENTIFIER_BYTES, physicalName } from '../naming/physical-name.ts'
import { childOf } from '../source/spec-node.ts'
import type { DraftIndex } from './build-indexes.ts'
import type { DraftEntity } from './draft.ts'

export class PhysicalNames {
  readonly #taken = new Map<string, string>()
  readonly #problems: Problems

  constructor(problems: Problems) {
    this.#problems = problems
  }

  claimTable(entity: DraftEntity): void {
    const at = childOf(entity.node, 'table')?.range ?? entity.at
    this.#claim(entity.table, `the table of \`${entity.name}\``, at, 'give another `table`')
  }

  /**
   * Names that the spec gives; call it for every entity before `nameIndex`. On some engines a name belongs to its table
   * and on others to the whole database, so the second table that has it gets one made with the table's.
   */
  claimIndexName(entity: DraftEntity, index: DraftIndex): void {
    if (index.name === undefined) return
    const { text, at } = index.name
    if (Buffer.byteLength(text) > MAX_IDENTIFIER_BYTES)
      this.#problems.error(
        'name-too-long',
        at,
        `an index name has at most ${MAX_IDENTIFIER_BYTES} bytes`,
      )
    const what = indexOf(entity)
    const earlier = this.#taken.get(text.toLowerCase())
    if (earlier === undefined || earlier === what)
      return this.#claim(text, what, at, 'give another `name`')
    const name = this.#freeName([entity.table, text], index, what)
    index.name = { text: name, at }
    this.#problems.warn(
      'physical-name-taken',
      at,
      `the physical name \`${text}\` is already that of ${earlier}: this index is called \`${name}\``,
      'give another `name`',
    )
  }

  /** The name of an index: given, else made of table and columns. */
  nameIndex(entity: DraftEntity, index: DraftIndex): string {
    if (index.name !== undefined) return index.name.text
    const columns = index.fields.map((name) => entity.fields.get(name)?.spec.column ?? name)
    return this.#freeName([entity.table, ...columns], index, indexOf(entity))
  }

  #freeName(parts: readonly string[], { unique }: DraftIndex, what: string): string {
    const suffix = unique ? 'key' : 'idx'
    let name = physicalName(parts, suffix)
    for (let count = 2; this.#taken.has(name.toLowerCase()); count++)
      name = physicalName([...parts, String(count)], suffix)
    this.#taken.set(name.toLowerCase(), what)
    return name
  }

  #claim(name: string, what: string, at: SourceRange, hint: string): void {
    const folded = name.toLowerCase()
    const earlier = this.#taken.get(folded)
    if (earlier === undefined) this.#taken.set(folded, what)
    else
      this.#problems.error(
        'physical-name-taken',
        at,
        `the physical name \`${name}\` is already that of ${earlier}`,
        hint,
      )
  }
}

function indexOf(entity: DraftEntity): string {
  return `an index of \`${entity.name}\``
}
