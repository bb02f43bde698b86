// `sort`: one order for every engine. The primary key is appended, so that pages neither repeat nor skip.
import { isPlainObject } from '@proj/dbal-contract'
import type { SortTerm } from '@proj/dbal-contract'
import { PlanCache } from '@proj/dbal-policy'
import type { Entity, Field } from '@proj/dbal-schema'
import { LIMITS } from './limits.ts'
import type { QueryBuilder } from './query-builder.ts'

export interface SortKey {
  readonly field: Field
  readonly direction: 'asc' | 'desc'
  readonly nulls: 'first' | 'last'
}

export interface CompiledSort {
  /** The primary key's fields among them. */
  readonly keys: readonly SortKey[]
  readonly terms: readonly SortTerm[]
  /** What a cursor is bound to. */
  readonly text: string
}

const compiled = new PlanCache<CompiledSort>()

export function compileSort(
  sort: unknown,
  entity: Entity,
  builder: QueryBuilder,
  path = 'sort',
): CompiledSort {
  const named: SortKey[] = []
  let text = ''
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
    } else if (!isNamed(named, name)) {
      named.push({ field, direction: order.direction, nulls: order.nulls })
      text += `${name} ${order.direction} ${order.nulls},`
    }
  }
  builder.mark(`sort:${text}`)
  return compiled.get(entity, text, () => complete(entity, named))
}

function complete(entity: Entity, named: readonly SortKey[]): CompiledSort {
  const last = entity.primaryKey.filter((name) => !isNamed(named, name))
  const keys = [
    ...named,
    ...last.map((name): SortKey => {
      const field = entity.fields.get(name) as Field
      return { field, direction: 'asc', nulls: 'last' }
    }),
  ]
  const text = keys.map((key) => `${key.field.name} ${key.direction} ${key.nulls}`).join()
  return { keys, terms: keys.map(toTerm), text }
}

function isNamed(keys: readonly SortKey[], name: string): boolean {
  return keys.some(({ field }) => field.name === name)
}

type SortEntry = readonly [name: string, value: unknown, path: string]

/** What is sorted by, in order; problems are the builder's. */
export function sortEntries(
  sort: unknown,
  builder: QueryBuilder,
  path: string,
): readonly SortEntry[] {
  const entries: SortEntry[] = []
  if (sort === undefined) return entries
  const list: readonly unknown[] = Array.isArray(sort) ? sort : [sort]
  let walked = 0
  for (let i = 0; i < list.length; i += 1) {
    const item = list[i]
    const at = Array.isArray(sort) ? `${path}[${i}]` : path
    const names = isPlainObject(item) ? Object.keys(item) : []
    // An item without keys counts as well: it is walked as any other.
    walked += Math.max(names.length, 1)
    builder.spend(names.length)
    if (walked > LIMITS.sortTerms) {
      builder.fail(path, `has more than ${LIMITS.sortTerms} terms`)
      return entries
    }
    if (!isPlainObject(item)) builder.fail(at, "must be an object like { createdAt: 'desc' }")
    else for (const name of names) entries.push([name, item[name], `${at}.${name}`])
  }
  return entries
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
