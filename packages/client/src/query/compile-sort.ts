// `sort`: one order for every engine. The primary key is appended, so that pages neither repeat nor skip.
import { isPlainObject } from '@proj/dbal-contract'
import type { SortTerm } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { LIMITS } from './limits.ts'
import type { QueryBuilder } from './query-builder.ts'

export interface SortKey {
  readonly field: Field
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

export interface CompiledSort {
  readonly keys: readonly SortKey[]
  readonly terms: readonly SortTerm[]
}

export function compileSort(
  sort: unknown,
  entity: Entity,
  builder: QueryBuilder,
  path = 'sort',
): CompiledSort {
  const keys = new Map<string, SortKey>()
  for (const [name, value, at] of sortEntries(sort, builder, path)) {
    const field = entity.fields.get(name)
    const access = builder.accessTo(entity).field(name, 'sort')
    const order = readOrder(value)
    // A field shown on some rows only cannot order the others without telling what it hides.
    if (field === undefined || access !== true) {
      builder.failUnknown(at, name, entity, 'sort')
    } else if (field.type === 'json') builder.fail(at, 'cannot be sorted by')
    else if (order === undefined) {
      builder.fail(at, "must be 'asc', 'desc' or { order, nulls: 'first' | 'last' }")
    } else if (!keys.has(name)) keys.set(name, { field, ...order })
  }
  for (const name of entity.primaryKey) {
    const field = entity.fields.get(name) as Field
    if (!keys.has(name)) keys.set(name, { field, direction: 'asc', nulls: 'last' })
  }
  const all = [...keys.values()]
  builder.mark(`sort:${sortText(all)}`)
  return { keys: all, terms: all.map(toTerm) }
}

/** What a cursor is bound to. */
export function sortText(keys: readonly SortKey[]): string {
  return keys.map((key) => `${key.field.name} ${key.direction} ${key.nulls}`).join()
}

export function* sortEntries(
  sort: unknown,
  builder: QueryBuilder,
  path: string,
): Iterable<readonly [string, unknown, string]> {
  if (sort === undefined) return
  const list: readonly unknown[] = Array.isArray(sort) ? sort : [sort]
  let entries = 0
  for (const [i, item] of list.entries()) {
    const at = Array.isArray(sort) ? `${path}[${i}]` : path
    const names = isPlainObject(item) ? Object.keys(item) : []
    // An item without keys counts as well: it is walked as any other.
    entries += Math.max(names.length, 1)
    builder.spend(names.length)
    if (entries > LIMITS.sortTerms) {
      builder.fail(path, `has more than ${LIMITS.sortTerms} terms`)
      return
    }
    if (isPlainObject(item)) for (const name of names) yield [name, item[name], `${at}.${name}`]
    else builder.fail(at, "must be an object like { createdAt: 'desc' }")
  }
}

export function readOrder(value: unknown): Pick<SortKey, 'direction' | 'nulls'> | undefined {
  if (value === 'asc' || value === 'desc') return { direction: value, nulls: 'last' }
  if (!isPlainObject(value)) return undefined
  const { order, nulls = 'last' } = value
  if ((order !== 'asc' && order !== 'desc') || (nulls !== 'first' && nulls !== 'last')) {
    return undefined
  }
  return { direction: order, nulls }
}

function toTerm({ field, direction, nulls }: SortKey): SortTerm {
  const operand = { kind: 'field', path: [], field: field.name, type: field.type } as const
  return { operand, direction, nulls }
}
