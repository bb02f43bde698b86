// `select` and `include`: which fields come back, and which related rows beside them.
import { isPlainObject } from '@proj/dbal-contract'
import type { Include, SelectQuery } from '@proj/dbal-contract'
import { verbOver, type ReadVerb } from '@proj/dbal-policy'
import type { Entity, Relation } from '@proj/dbal-schema'
import { compileFilter } from './compile-filter.ts'
import { compileSort } from './compile-sort.ts'
import { LIMITS } from './limits.ts'
import type { QueryBuilder } from './query-builder.ts'
import { visibleRelations } from './unknown-name.ts'

/** Exactly the named fields, else every field the caller may read. */
export function compileSelect(
  select: unknown,
  entity: Entity,
  builder: QueryBuilder,
  verb: ReadVerb,
  path = 'select',
): readonly string[] {
  const access = builder.accessTo(entity)
  if (select === undefined) return access.readable(verb)
  if (!Array.isArray(select) || select.length === 0) {
    builder.fail(path, 'must be a list of field names')
    return []
  }
  const names = [...new Set(select as unknown[])]
  builder.mark(`select:${names.join()}`)
  return names.flatMap((name) => {
    if (typeof name === 'string' && access.field(name, 'read', verb) !== false) return [name]
    builder.failUnknown(path, String(name), entity, 'read')
    return []
  })
}

/** `{ relation: true | { select, include, filter, sort, limit, count } }`. */
export function compileInclude(
  include: unknown,
  entity: Entity,
  builder: QueryBuilder,
  verb: ReadVerb,
  path = 'include',
  depth = 1,
): readonly Include[] {
  if (include === undefined) return []
  if (!isPlainObject(include)) {
    builder.fail(path, 'must be an object')
    return []
  }
  if (depth > LIMITS.includeDepth) {
    builder.fail(path, `is nested deeper than ${LIMITS.includeDepth}`)
    return []
  }
  builder.mark('include{')
  const includes = Object.keys(include).flatMap((name) => {
    const at = `${path}.${name}`
    const relation = entity.relations.get(name)
    const options = include[name]
    if (options === undefined) builder.fail(at, 'is undefined')
    if (options === undefined || options === false || !builder.countInclude(path)) return []
    if (relation === undefined || builder.access.link(relation, 'read', verb).near === false) {
      builder.fail(at, unknownRelation(entity, builder))
      return []
    }
    builder.mark(name)
    return [compileRelated(relation, options, builder, at, depth)]
  })
  builder.mark('}')
  return includes
}

const OPTIONS = ['select', 'include', 'filter', 'sort', 'limit', 'count']
const MANY_ONLY = ['filter', 'sort', 'limit', 'count']

function compileRelated(
  relation: Relation,
  given: unknown,
  builder: QueryBuilder,
  path: string,
  depth: number,
): Include {
  const target = builder.model.entities.get(relation.target) as Entity
  const many = relation.cardinality === 'many'
  const verb = verbOver(relation, 'read')
  const options = given === true ? {} : given
  if (!isPlainObject(options)) {
    builder.fail(path, 'must be true or an object')
    return { relation: relation.name, as: relation.name, want: 'rows', query: nothing(target) }
  }
  for (const key of Object.keys(options)) {
    if (!OPTIONS.includes(key)) builder.fail(`${path}.${key}`, 'is not a known option')
    else if (!many && MANY_ONLY.includes(key)) {
      builder.fail(`${path}.${key}`, 'is for relations to many')
    }
  }
  const count = readCount(options['count'], builder, path)
  builder.mark(count ? 'count' : 'rows')
  const fields = compileSelect(options['select'], target, builder, verb, `${path}.select`)
  const nested = compileInclude(
    options['include'],
    target,
    builder,
    verb,
    `${path}.include`,
    depth + 1,
  )
  const limit = many && !count ? readLimit(options['limit'], target, builder, path) : undefined
  const query: SelectQuery = {
    kind: 'select',
    entity: target.name,
    fields,
    where: compileFilter(options['filter'], target, builder, `${path}.filter`),
    sort: compileSort(options['sort'], target, builder, `${path}.sort`).terms,
    ...(limit === undefined ? {} : { limit }),
    ...(nested.length > 0 ? { include: nested } : {}),
  }
  return { relation: relation.name, as: relation.name, want: count ? 'count' : 'rows', query }
}

function readCount(count: unknown, builder: QueryBuilder, path: string): boolean {
  if (count !== undefined && typeof count !== 'boolean') {
    builder.fail(`${path}.count`, 'must be true or false')
  }
  return count === true
}

/** Without a limit all related rows come. */
function readLimit(
  limit: unknown,
  target: Entity,
  builder: QueryBuilder,
  path: string,
): SelectQuery['limit'] {
  const max = target.operations.get('list')?.maxLimit ?? 100
  if (limit === undefined) return undefined
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0 || limit > max) {
    builder.fail(`${path}.limit`, `must be an integer from 0 to ${max}`)
    return undefined
  }
  builder.mark('limit')
  return builder.param(limit, 'integer')
}

function unknownRelation(entity: Entity, { model, access }: QueryBuilder): string {
  const names = visibleRelations(entity, model, access, 'read')
  return names.length === 0
    ? 'is not a known relation'
    : `is not a known relation; there are ${names.join(', ')}`
}

function nothing(entity: Entity): SelectQuery {
  return { kind: 'select', entity: entity.name, fields: [], where: { kind: 'false' }, sort: [] }
}
