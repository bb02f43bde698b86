// The parser's nodes as located values. Aliases and merge keys are resolved, within limits; of two equal keys one wins
// and both are known.
import type { Node, Pair, Scalar, YAMLMap } from 'yaml'
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Problems } from '../diagnostic/problems.ts'
import { suggestHint } from '../diagnostic/suggest.ts'
import { loadYaml } from '../load-libraries.ts'
import type { AliasBudget } from './alias-budget.ts'
import type { SpecEntry, SpecNode } from './spec-node.ts'
import { PROTOTYPE_HINT } from '../naming/prototype-name.ts'

/** Values inside values. */
const MAX_DEPTH = 64

export interface ReaderContext {
  readonly text: string
  /** An offset of the text in the file. */
  readonly offsetOf: (offset: number) => number
  /** Two offsets of the text as a place in the file. */
  readonly at: (start: number, end: number) => SourceRange
  readonly problems: Problems
  readonly aliases: AliasBudget
  /** Of two equal keys, the one that counts. */
  readonly wins: 'first' | 'last'
}

export class NodeReader {
  readonly #text: string
  readonly #offsetOf: ReaderContext['offsetOf']
  readonly #at: ReaderContext['at']
  readonly #problems: Problems
  readonly #wins: ReaderContext['wins']
  readonly #aliases: AliasBudget
  readonly #anchors = new Map<string, { node: SpecNode; size: number }>()
  readonly #open = new Set<string>()
  #size = 0
  /** True once values were left out, so that what is missing means nothing. */
  refused = false
  /** Where each key that stands twice and its value are, the first and all later ones. */
  readonly repeats: SourceRange[] = []

  constructor({ text, offsetOf, at, problems, aliases, wins }: ReaderContext) {
    this.#text = text
    this.#wins = wins
    this.#offsetOf = offsetOf
    this.#at = at
    this.#problems = problems
    this.#aliases = aliases
    aliases.beginDocument()
  }

  read(node: Node | null, depth: number, emptyAt = 0): SpecNode {
    this.#size++
    if (node === null) return nothing(this.#at(emptyAt, emptyAt), emptyAt)
    const { isAlias } = loadYaml()
    if (isAlias(node)) return this.#readAlias(node.source, this.#rangeOf(node))
    if (depth > MAX_DEPTH) {
      this.refused = true
      return this.#refuse('too-deep', node, 'values are nested too deeply')
    }
    const anchor = node.anchor
    if (anchor === undefined) return this.#readContent(node, depth)
    const before = this.#size
    this.#open.add(anchor)
    const read = this.#readContent(node, depth)
    this.#open.delete(anchor)
    this.#anchors.set(anchor, { node: read, size: this.#size - before + 1 })
    return read
  }

  #readContent(node: Node, depth: number): SpecNode {
    const { isMap, isScalar, isSeq } = loadYaml()
    if (isScalar(node)) return this.#readScalar(node)
    if (isMap(node)) return this.#readMap(node, depth)
    if (isSeq(node)) {
      const items = node.items.map((item) =>
        this.read(item as Node | null, depth + 1, startOf(node)),
      )
      return { kind: 'list', items, range: this.#rangeOf(node) }
    }
    return this.#refuse('yaml-syntax', node, 'this is no value')
  }

  #readScalar(node: Scalar): SpecNode {
    const range = this.#rangeOf(node)
    const [start, end] = [this.#offsetOf(startOf(node)), this.#offsetOf(node.range?.[1] ?? 0)]
    const value = node.value
    const text = node.source ?? ''
    if (typeof value === 'number' && !Number.isFinite(value))
      this.#problems.error('bad-number', range, `\`${text}\` is no finite number`)
    if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number')
      return { kind: 'scalar', value, text, range, start, end }
    return { kind: 'scalar', value: null, text, range, start, end }
  }

  #readMap(node: YAMLMap, depth: number): SpecNode {
    const entries = new Map<string, SpecEntry>()
    const firsts = new Map<string, Pair<Node, Node | null>>()
    const merged: SpecNode[] = []
    for (const pair of node.items as Pair<Node, Node | null>[]) {
      const key = this.#readKey(pair)
      if (key === undefined) continue
      const child = this.read(pair.value, depth + 1, pair.key.range?.[1] ?? startOf(node))
      if (key === '<<') {
        merged.push(...(child.kind === 'list' ? child.items : [child]))
        continue
      }
      const entry = { key, keyRange: this.#rangeOf(pair.key), node: child }
      const earlier = firsts.get(key)
      if (earlier !== undefined) {
        this.repeats.push(this.#wholeOf(earlier), this.#wholeOf(pair))
        this.#problems.error(
          'duplicate-key',
          entry.keyRange,
          `\`${key}\` stands twice in this mapping`,
          `the first is on line ${this.#rangeOf(earlier.key).line}`,
        )
      } else firsts.set(key, pair)
      if (earlier === undefined || this.#wins === 'last') entries.set(key, entry)
    }
    // A merge key (`<<: *base`) fills in what the mapping does not say itself.
    for (const base of merged)
      if (base.kind === 'map')
        for (const [key, entry] of base.entries) if (!entries.has(key)) entries.set(key, entry)
    return { kind: 'map', entries, range: this.#rangeOf(node) }
  }

  #readKey(pair: Pair<Node, Node | null>): string | undefined {
    const { isScalar } = loadYaml()
    const key: Node | null = pair.key
    if (isScalar(key) && key.value !== null) {
      if (key.value !== '__proto__')
        return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
      this.#refuse('dangerous-name', key, '`__proto__` is not allowed as a name', PROTOTYPE_HINT)
      return undefined
    }
    if (key !== null) {
      const isNull = isScalar(key) && key.source !== ''
      const hint = isNull
        ? `YAML reads \`${key.source ?? ''}\` as no value: put it in quotes`
        : undefined
      this.#refuse('bad-key', key, 'a key must be a single word', hint)
    }
    return undefined
  }

  #readAlias(anchor: string, range: SourceRange): SpecNode {
    const target = this.#anchors.get(anchor)
    if (target === undefined) {
      this.refused = true
      if (this.#open.has(anchor))
        this.#problems.error('alias-bomb', range, `\`*${anchor}\` stands inside what it names`)
      else
        this.#problems.error(
          'yaml-syntax',
          range,
          `there is no anchor \`&${anchor}\` before this in the document`,
          suggestHint(anchor, this.#anchors.keys()),
        )
      return nothing(range, 0)
    }
    this.#size += target.size
    if (this.#aliases.take(target.size)) return target.node
    this.refused = true
    const refusal = this.#aliases.refusal()
    if (refusal !== undefined)
      this.#problems.error('alias-bomb', range, refusal, 'write the values out')
    return nothing(range, 0)
  }

  #refuse(code: string, node: Node, message: string, hint?: string): SpecNode {
    this.#problems.error(code, this.#rangeOf(node), message, hint)
    return nothing(this.#rangeOf(node), startOf(node))
  }

  /** A key and its value, to their end. */
  #wholeOf({ key, value }: Pair<Node, Node | null>): SourceRange {
    return this.#at(startOf(key), value?.range?.[1] ?? key.range?.[1] ?? startOf(key))
  }

  /** Scalars have an end; a mapping or list is pointed at by its first line. */
  #rangeOf(node: Node): SourceRange {
    const start = startOf(node)
    const end = node.range?.[1] ?? start
    const text = this.#text.slice(start, end)
    const newline = text.search(/\r?\n/)
    return this.#at(start, newline < 0 ? end : start + newline)
  }
}

function nothing(range: SourceRange, start: number): SpecNode {
  return { kind: 'scalar', value: null, text: '', range, start, end: start }
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0
}
