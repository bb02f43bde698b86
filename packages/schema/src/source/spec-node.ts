// YAML with positions: what the parser gives, without its library, so that every value and key can be pointed at.
import type { SourceRange } from '../diagnostic/diagnostic.ts'

export type PlainValue = string | number | boolean | null | PlainValue[] | PlainMap
/** Null-prototype: a key called `constructor` is a key like any other. */
export interface PlainMap {
  [key: string]: PlainValue
}

export interface SpecScalar {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  /** The characters as written, without quotes, for numbers too long for a double. */
  readonly text: string
  readonly range: SourceRange
  /** Offsets in the file of the token, quotes or block header included. */
  readonly start: number
  readonly end: number
}

export interface SpecEntry {
  readonly key: string
  readonly keyRange: SourceRange
  readonly node: SpecNode
}

export interface SpecMap {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, SpecEntry>
  readonly range: SourceRange
}

export interface SpecList {
  readonly kind: 'list'
  readonly items: readonly SpecNode[]
  readonly range: SourceRange
}

export type SpecNode = SpecScalar | SpecMap | SpecList
export type SpecPath = readonly (string | number)[]

export function plainValue(node: SpecNode): PlainValue {
  if (node.kind === 'scalar') return node.value
  if (node.kind === 'list') return node.items.map(plainValue)
  const plain = Object.create(null) as PlainMap
  for (const [key, entry] of node.entries) plain[key] = plainValue(entry.node)
  return plain
}

/** The entries of a map; nothing for any other node. */
export function entriesOf(node: SpecNode | undefined): readonly SpecEntry[] {
  return node?.kind === 'map' ? [...node.entries.values()] : []
}

export function itemsOf(node: SpecNode | undefined): readonly SpecNode[] {
  return node?.kind === 'list' ? node.items : []
}

export function entryOf(node: SpecNode | undefined, key: string): SpecEntry | undefined {
  return node?.kind === 'map' ? node.entries.get(key) : undefined
}

/** The first of several spellings of one key. */
export function childOf(node: SpecNode | undefined, ...keys: string[]): SpecNode | undefined {
  for (const key of keys) {
    const entry = entryOf(node, key)
    if (entry !== undefined) return entry.node
  }
  return undefined
}

export function stringOf(node: SpecNode | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined
}

export function numberOf(node: SpecNode | undefined): number | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined
}

export function booleanOf(node: SpecNode | undefined): boolean | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : undefined
}

/** A scalar as it was written: `1.0` stays `1.0`. */
export function textOf(node: SpecNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined
}

/** The strings of a list, each with its node; a single string counts as a list of one. */
export function stringsOf(
  node: SpecNode | undefined,
): readonly { value: string; node: SpecNode }[] {
  const nodes = node === undefined ? [] : node.kind === 'list' ? node.items : [node]
  return nodes.flatMap((item) => {
    const value = stringOf(item)
    return value === undefined ? [] : [{ value, node: item }]
  })
}

/** The node at the end of a path, or undefined where the path leaves the document. */
export function nodeAt(root: SpecNode, path: SpecPath): SpecNode | undefined {
  let node: SpecNode | undefined = root
  for (const step of path)
    node = node?.kind === 'list' ? node.items[Number(step)] : childOf(node, String(step))
  return node
}

/** Where a path ends: the deepest node on it that exists, and the key that led there. */
export function locate(
  root: SpecNode,
  path: SpecPath,
  what: 'key' | 'value' = 'value',
): SourceRange {
  let node = root
  let range = root.range
  for (const step of path) {
    if (node.kind === 'map') {
      const entry = node.entries.get(String(step))
      if (entry === undefined) return range
      range = what === 'key' ? entry.keyRange : entry.node.range
      node = entry.node
    } else if (node.kind === 'list') {
      const item = node.items[Number(step)]
      if (item === undefined) return range
      range = item.range
      node = item
    } else return range
  }
  return range
}
