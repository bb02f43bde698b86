import { DBALError, invalid } from '@proj/dbal-contract'
import type { Entity, QueryPredicate } from '@proj/dbal-schema'
import { allOf, anyOf } from '@proj/dbal-schema/model'
import type { BuiltInHandler, OperationContext } from '../operation/operation-context.ts'
import { LIMITS } from '../query/limits.ts'
import type { QueryBuilder } from '../query/query-builder.ts'
import { runList } from './list.ts'

const TEXTUAL: ReadonlySet<string> = new Set(['string', 'text', 'email', 'url'])

/**
 * Rows where every word of the text stands in some field, ASCII case aside. Only fields the caller may
 * filter on everywhere are searched.
 */
export const search: BuiltInHandler = (context, input) => {
  const text = String(input['query'])
  if ([...text].length > LIMITS.searchText) {
    throw invalid([{ field: 'query', error: `must be at most ${LIMITS.searchText} characters` }])
  }
  const words = text.split(/\s+/u).filter((word) => word !== '')
  return runList(context, input, (builder) => {
    const fields = searchedFields(context, input['fields'], builder)
    builder.spend(words.length * fields.length)
    builder.mark(`search:${words.length}:${fields.join()}`)
    return allOf(words.map((word) => containsWord(context.entity, fields, word, builder)))
  })
}

function containsWord(
  entity: Entity,
  fields: readonly string[],
  word: string,
  builder: QueryBuilder,
): QueryPredicate {
  const right = builder.param(word, 'text')
  return anyOf(
    fields.map((name): QueryPredicate => {
      const type = entity.fields.get(name)?.type ?? 'text'
      const left = { kind: 'field', path: [], field: name, type } as const
      return { kind: 'match', op: 'contains', insensitive: true, left, right }
    }),
  )
}

function searchedFields(
  { entity, operation, store }: OperationContext,
  asked: unknown,
  builder: QueryBuilder,
): readonly string[] {
  const access = store.access.entity(entity)
  const open = (name: string): boolean => {
    const type = entity.fields.get(name)?.type ?? ''
    return TEXTUAL.has(type) && access.field(name, 'filter') === true
  }
  if (Array.isArray(asked)) {
    for (const [i, name] of (asked as string[]).entries()) {
      if (open(name)) continue
      // Text that is hidden answers as a field that does not exist; what is no text is no secret.
      const isOther = access.field(name, 'filter') === true
      if (isOther) builder.fail(`fields[${i}]`, 'is not text')
      else builder.failUnknown('fields', name, entity, 'filter')
    }
    return [...new Set(asked as string[])]
  }
  const fields = [...(operation.fullTextSearch ?? entity.fields.keys())].filter(open)
  if (fields.length === 0) {
    throw new DBALError('VALIDATION_ERROR', { details: { reason: 'there is no text to search' } })
  }
  return fields
}
