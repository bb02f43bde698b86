// Text with holes. Fragments compose in any order; placeholders are numbered when a whole statement is
// printed, so a fragment used twice simply has its values bound twice.
import type { Value } from '@proj/dbal-contract'
import type { Bind } from '../driver/driver.ts'

export type Encode = (value: Value | undefined) => Bind
export type EncodeList = (values: readonly (Value | undefined)[]) => Bind

/** A hole: where its value comes from at run time. */
export type Slot =
  | { readonly kind: 'constant'; readonly bind: Bind }
  | {
      readonly kind: 'param'
      readonly index: number
      readonly encode: Encode
      /** `encode` makes an engine's LIKE pattern of it. */
      readonly pattern?: boolean
    }
  | { readonly kind: 'item'; readonly index: number; readonly at: number; readonly encode: Encode }
  | { readonly kind: 'list'; readonly index: number; readonly encode: EncodeList }

export interface Sql {
  readonly parts: readonly (string | Slot)[]
}

export function text(source: string): Sql {
  return { parts: [source] }
}

export function hole(slot: Slot): Sql {
  return { parts: [slot] }
}

export function sql(strings: TemplateStringsArray, ...inner: readonly Sql[]): Sql {
  const parts: (string | Slot)[] = []
  strings.forEach((source, at) => {
    if (source !== '') parts.push(source)
    const next = inner[at]
    if (next !== undefined) parts.push(...next.parts)
  })
  return { parts }
}

export function join(terms: readonly Sql[], separator: string): Sql {
  const parts: (string | Slot)[] = []
  terms.forEach((term, at) => {
    if (at > 0) parts.push(separator)
    parts.push(...term.parts)
  })
  return { parts }
}

export const NOTHING: Sql = { parts: [] }

export function isNothing(fragment: Sql): boolean {
  return fragment.parts.length === 0
}

/** The text with the dialect's placeholders, and the slots in their order. */
export function printSql(
  fragment: Sql,
  placeholder: (position: number) => string,
): { readonly text: string; readonly slots: readonly Slot[] } {
  let out = ''
  const slots: Slot[] = []
  for (const part of fragment.parts) {
    if (typeof part === 'string') out += part
    else {
      slots.push(part)
      out += placeholder(slots.length)
    }
  }
  return { text: out, slots }
}

/** The text of a fragment with its holes written out, for DDL. */
export function printSlots(fragment: Sql, print: (slot: Slot) => string): string {
  return fragment.parts.map((part) => (typeof part === 'string' ? part : print(part))).join('')
}
