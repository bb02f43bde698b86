// Which calls of one query may share a statement: those whose params are equal but for a part of the key.
import { canonicalJsonText, type JsonValue, type Params } from '@proj/dbal-contract'
import type { PointKey } from './point-read.ts'

export interface Group<C> {
  readonly key: PointKey
  readonly calls: readonly C[]
}

/** By that part of the key which makes the fewest groups. */
export function groupCalls<C extends { readonly params: Params }>(
  keys: readonly [PointKey, ...PointKey[]],
  calls: readonly C[],
): readonly Group<C>[] {
  const [best, ...others] = keys.map((key) => groupBy(key, calls)) as [Group<C>[], ...Group<C>[][]]
  return others.reduce((found, groups) => (groups.length < found.length ? groups : found), best)
}

function groupBy<C extends { readonly params: Params }>(
  key: PointKey,
  calls: readonly C[],
): Group<C>[] {
  const groups = new Map<string, C[]>()
  for (const call of calls) {
    const text = textOfOthers(call.params, key.index)
    const group = groups.get(text)
    if (group === undefined) groups.set(text, [call])
    else group.push(call)
  }
  return [...groups.values()].map((group) => ({ key, calls: group }))
}

/** The same for params that are equal in all positions but `index`, and another one for any others. */
function textOfOthers(params: Params, index: number): string {
  let text = ''
  for (let at = 0; at < params.length; at += 1) if (at !== index) text += textOf(params[at])
  return text
}

/** No text begins another one, so they can stand side by side. */
function textOf(value: Params[number]): string {
  if (typeof value === 'string') return `s${value.length}:${value}`
  if (typeof value !== 'object' || value === null) return `${typeof value} ${String(value)};`
  if (value instanceof Date) return `d${value.getTime()};`
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString('hex')};`
  if (Array.isArray(value)) return `[${value.map(textOf).join('')}]`
  const text = canonicalJsonText(value as JsonValue)
  return `j${text.length}:${text}`
}
