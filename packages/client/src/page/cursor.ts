// Cursors: where a page ended, signed together with the order it belongs to. The signature guards
// against mix-ups and tampering; it hides nothing the caller could not read.
import { hash, timingSafeEqual } from 'node:crypto'
import {
  decodeStored,
  encodeValue,
  type JsonValue,
  type ResultRow,
  type Value,
} from '@proj/dbal-contract'
import type { QueryPredicate } from '@proj/dbal-schema'
import { allOf, anyOf } from '@proj/dbal-schema/model'
import type { CompiledSort, SortKey } from '../query/compile-sort.ts'
import type { QueryBuilder } from '../query/query-builder.ts'

export interface CursorScope {
  readonly entity: string
  readonly sort: CompiledSort
  readonly secret: string
}

export function writeCursor(row: ResultRow, scope: CursorScope): string {
  const values = scope.sort.keys.map(({ field }) => encodeValue(field, row[field.name] as Value))
  const body = Buffer.from(JSON.stringify(values)).toString('base64url')
  return `${body}.${sign(body, scope)}`
}

/** The values the last row had, in the order of the sort; undefined when it is not ours or not for this sort. */
export function readCursor(cursor: string, scope: CursorScope): readonly Value[] | undefined {
  const [body, signature, rest] = cursor.split('.')
  if (body === undefined || signature === undefined || rest !== undefined) return undefined
  const expected = Buffer.from(sign(body, scope))
  const given = Buffer.from(signature)
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined
  const values = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as readonly JsonValue[]
  // What was stored once need not fit the bounds of today.
  const decoded = scope.sort.keys.map(({ field }, i) => decodeStored(field, values[i] ?? null))
  return decoded.every((value) => value.ok) ? decoded.map((value) => value.value) : undefined
}

/** SHA-3 with the secret in front is a keyed hash by itself (KMAC), and one call where HMAC makes an object. */
function sign(body: string, { entity, sort, secret }: CursorScope): string {
  return hash('sha3-256', `${secret}\n${entity}\n${sort.text}\n${body}`, 'base64url').slice(0, 22)
}

/**
 * The rows after the cursor: equal on the first keys and later on the next, NULLs where the sort puts
 * them.
 */
export function afterCursor(
  keys: readonly SortKey[],
  values: readonly Value[],
  builder: QueryBuilder,
): QueryPredicate {
  const arms: QueryPredicate[] = []
  const equal: QueryPredicate[] = []
  for (const [i, key] of keys.entries()) {
    const value = values[i] ?? null
    builder.mark(value === null ? 'null' : 'value')
    const later = isLater(key, value, builder)
    if (later !== undefined) arms.push(allOf([...equal, later]))
    equal.push(isEqual(key, value, builder))
  }
  return anyOf(arms)
}

function isLater(key: SortKey, value: Value, builder: QueryBuilder): QueryPredicate | undefined {
  const { field, direction, nulls } = key
  const left = { kind: 'field', path: [], field: field.name, type: field.type } as const
  const isNull: QueryPredicate = { kind: 'isNull', operand: left }
  if (value === null) return nulls === 'last' ? undefined : { kind: 'not', term: isNull }
  const op = direction === 'asc' ? '>' : '<'
  const right = builder.param(value, field.type)
  const beyond: QueryPredicate = { kind: 'compare', op, left, right }
  return nulls === 'last' && field.nullable ? anyOf([beyond, isNull]) : beyond
}

function isEqual({ field }: SortKey, value: Value, builder: QueryBuilder): QueryPredicate {
  const left = { kind: 'field', path: [], field: field.name, type: field.type } as const
  if (value === null) return { kind: 'isNull', operand: left }
  return { kind: 'compare', op: '=', left, right: builder.param(value, field.type) }
}
