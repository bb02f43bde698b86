// Lists of any length run on few statements: placeholders come in powers of two, the last value
// repeated, and a long list travels as one JSON text.
import { operandsOf, partsOf, type Params, type Query, type Value } from '@proj/dbal-contract'
import type { FieldType, QueryOperand, QueryPredicate } from '@proj/dbal-schema'
import { KEYS, type ListForm } from '../compile/compile-context.ts'

/** Beyond, a list is JSON; engines plan few placeholders better than a subquery. */
const MAX_PLACEHOLDERS = 256

/** Several lists have many combinations; then it starts over. */
const MAX_FORMS = 100

export interface ListParam {
  readonly index: number
  readonly type: FieldType
}

export function listForm(list: Params[number], type: FieldType): ListForm {
  if (list === undefined || list === null) return 'absent'
  const { length } = list as readonly Value[]
  if (length > MAX_PLACEHOLDERS && type !== 'bytes') return 'json'
  return length < 2 ? length : 2 ** Math.ceil(Math.log2(length))
}

/** Keeps what `compile` makes for each combination of list forms. */
export function byListForms<T>(
  lists: readonly ListParam[],
  compile: (form: (index: number) => ListForm) => T,
): (params: Params, keys?: readonly Value[]) => T {
  if (lists.length === 0) {
    let only: T | undefined
    return () => (only ??= compile(() => 'absent'))
  }
  const known = new Map<string, T>()
  return (params, keys) => {
    const forms = new Map(
      lists.map(({ index, type }) => [
        index,
        listForm(index === KEYS ? keys : params[index], type),
      ]),
    )
    const key = [...forms.values()].join()
    let found = known.get(key)
    if (found === undefined) {
      if (known.size >= MAX_FORMS) known.clear()
      found = compile((index) => forms.get(index) ?? 'absent')
      known.set(key, found)
    }
    return found
  }
}

/** The list parameters of a query, those of its includes left to their own statements. */
export function listParams(query: Query): readonly ListParam[] {
  const found = new Map<number, ListParam>()
  const visitOperand = (operand: QueryOperand): void => {
    if (operand.kind === 'param' && operand.list === true)
      found.set(operand.index, { index: operand.index, type: operand.type })
    if (operand.kind === 'relationCount' && operand.where !== undefined) visit(operand.where)
  }
  const visit = (predicate: QueryPredicate): void => {
    operandsOf(predicate).forEach(visitOperand)
    partsOf(predicate).forEach(visit)
  }
  predicatesOf(query).forEach(visit)
  if (query.kind === 'select' || query.kind === 'aggregate')
    query.sort.forEach(({ operand }) => visitOperand(operand))
  if (query.kind === 'update') query.set.forEach(({ value }) => visitOperand(value))
  return [...found.values()]
}

function predicatesOf(query: Query): readonly QueryPredicate[] {
  switch (query.kind) {
    case 'insert':
      return []
    case 'select':
      return [
        query.where,
        ...Object.values(query.masks ?? {}),
        ...(query.include ?? []).flatMap(({ mask }) => mask ?? []),
      ]
    case 'aggregate':
      return query.having === undefined ? [query.where] : [query.where, query.having]
    default:
      return [query.where]
  }
}
