// One mapping of a rule while it is read: its values by key, its place in the file, and what it is about.
import type { SourceRange } from '../diagnostic/diagnostic.ts'
import type { Problems } from '../diagnostic/problems.ts'
import { suggestHint } from '../diagnostic/suggest.ts'
import type { Action } from '../model/rule.ts'
import type { RuleEntity, RuleScope, RuleSource } from './rule-source.ts'

export interface RuleBlock {
  readonly source: RuleSource
  readonly scope: RuleScope
  readonly problems: Problems
  /** From the source's value to this mapping: empty, or the position in a list. */
  readonly path: readonly number[]
  readonly values: ReadonlyMap<string, unknown>
  /** Undefined where the source names an entity that does not exist: what needs fields is left unchecked. */
  readonly entity: RuleEntity | undefined
  readonly actions: readonly Action[]
}

/** A mapping's own keys; undefined for anything else. */
export function mapOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return new Map(Object.entries(value))
}

export function keyRange(block: RuleBlock, key: string): SourceRange {
  return block.source.at([...block.path, key], 'key')
}

export function valueRange(block: RuleBlock, ...path: (string | number)[]): SourceRange {
  return block.source.at([...block.path, ...path])
}

/** One of a few words; anything else is reported. */
export function readChoice<T extends string>(
  block: RuleBlock,
  key: string,
  choices: readonly T[],
): T | undefined {
  if (!block.values.has(key)) return undefined
  const value = block.values.get(key)
  const choice = choices.find((one) => one === value)
  if (choice !== undefined) return choice
  const hint =
    typeof value === 'string' ? suggestHint(value, choices) : `known: ${choices.join(', ')}`
  block.problems.error(
    'bad-value',
    valueRange(block, key),
    `\`${key}\` is ${choices.join(' or ')}`,
    hint,
  )
  return undefined
}

/** The strings of a list, each with its place; what is none is reported. A single string is a list of one. */
export function readNames(
  block: RuleBlock,
  value: unknown,
  path: readonly (string | number)[],
  what: string,
): readonly { readonly name: string; readonly at: SourceRange }[] {
  const range = (step?: number): SourceRange =>
    valueRange(block, ...path, ...(step === undefined ? [] : [step]))
  if (typeof value === 'string') return [{ name: value, at: range() }]
  if (!Array.isArray(value)) {
    block.problems.error('bad-value', range(), `expects a list of ${what}`)
    return []
  }
  return value.flatMap((item: unknown, index) => {
    if (typeof item === 'string') return [{ name: item, at: range(index) }]
    block.problems.error('bad-value', range(index), `expects a list of ${what}`)
    return []
  })
}
