// Keys and indexes under the names that the DDL gives them.
import type { Entity, Field, Index } from '@proj/dbal-schema'
import type { Provider } from '../../generated-file.ts'
import { dialectOf } from './column-type.ts'
import { quoteText } from './default-text.ts'

export interface IndexScope {
  readonly entity: Entity
  readonly provider: Provider
  /** Field name to its name in the Prisma model. */
  readonly names: ReadonlyMap<string, string>
}

/** Of one field, in its own line: `@id`, `@unique(map: "users_email_key")`. */
export function fieldKeys(field: Field, { entity }: IndexScope): string[] {
  const [only, more] = entity.primaryKey
  const id = more === undefined && only === field.name ? ['@id'] : []
  const uniques = entity.indexes
    .filter((index) => isPlainUnique(index) && index.fields.length === 1)
    .filter((index) => index.fields[0] === field.name)
    .map((index) => `@unique(map: ${quoteText(index.name)})`)
  return [...id, ...uniques.slice(0, 1)]
}

/** Lines of the model: keys and indexes of several fields, and the physical table. */
export function blockKeys(scope: IndexScope): string[] {
  const { entity } = scope
  const lines: string[] = []
  if (entity.primaryKey.length > 1) lines.push(`@@id([${list(entity.primaryKey, scope)}])`)
  const single = new Set<string>()
  for (const index of entity.indexes) {
    const [only = ''] = index.fields
    const inField = isPlainUnique(index) && index.fields.length === 1 && !single.has(only)
    if (inField) single.add(only)
    else lines.push(indexLine(index, scope))
  }
  return lines
}

function isPlainUnique(index: Index): boolean {
  return index.unique && index.where === undefined
}

function indexLine(index: Index, scope: IndexScope): string {
  const map = `map: ${quoteText(index.name)}`
  if (isPlainUnique(index)) return `@@unique([${list(index.fields, scope)}], ${map})`
  if (index.where !== undefined && (index.unique || dialectOf(scope.provider).partialIndexes)) {
    return `// ${index.name} is a partial index, which Prisma cannot say`
  }
  const type = indexType(index, scope)
  if (type === undefined)
    return `// ${index.name} is a ${index.kind ?? ''} index, which Prisma cannot say`
  if (scope.provider === 'mysql' && index.fields.some((name) => isJson(name, scope)))
    return `// ${index.name} is an index over json, which Prisma cannot say`
  return `@@index([${indexedList(index.fields, scope)}], ${map}${type})`
}

/** An engine that indexes the beginning of a long text is told how much of it. */
function indexedList(fields: readonly string[], { entity, provider, names }: IndexScope): string {
  const { indexedColumn } = dialectOf(provider)
  return fields
    .map((name) => {
      const field = entity.fields.get(name)
      const member = names.get(name) ?? name
      const column = field === undefined ? member : indexedColumn(field, member)
      return column.replace(/\((\d+)\)$/, '(length: $1)')
    })
    .join(', ')
}

function isJson(name: string, { entity }: IndexScope): boolean {
  return entity.fields.get(name)?.type === 'json'
}

/** Prisma names the kinds of PostgreSQL, and wants operator classes for those beyond these. */
function indexType({ kind, fields }: Index, scope: IndexScope): string | undefined {
  const { provider } = scope
  const word = kind?.toLowerCase()
  if (provider !== 'postgresql' && provider !== 'cockroachdb') return ''
  if (word === 'hash') return provider === 'postgresql' ? ', type: Hash' : undefined
  const allJson = fields.every((name) => isJson(name, scope))
  if (word === 'gin') return allJson ? ', type: Gin' : undefined
  return word === 'gist' || word === 'brin' ? undefined : ''
}

function list(fields: readonly string[], { names }: IndexScope): string {
  return fields.map((name) => names.get(name) ?? name).join(', ')
}
