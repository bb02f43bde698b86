// `@default(…)`. Literals are those of the DDL; ids are made by Prisma's client, as DBAL's makes them.
import { decodeStored, type Value } from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import { columnDefault } from '@proj/dbal-sql'
import type { Provider } from '../../generated-file.ts'
import { dialectOf, type PrismaType } from './column-type.ts'

/** Undefined where the database has no default. A creation time has none: only DBAL fills it. */
export function defaultText(
  field: Field,
  { scalar, native }: PrismaType,
  provider: Provider,
): string | undefined {
  if (field.generated && field.type === 'uuid') return '@default(uuid(7))'
  if (field.generated && field.type === 'cuid') return '@default(cuid())'
  if (field.default?.kind === 'uuid') return '@default(uuid(7))'
  if (field.autoUpdate && scalar === 'DateTime') return '@updatedAt'
  if (field.default?.kind !== 'literal') return undefined
  const decoded = decodeStored(field, field.default.value)
  if (!decoded.ok || decoded.value === null) return undefined
  if (provider === 'mysql' && (scalar === 'Json' || /Text|Blob/.test(native ?? ''))) {
    // MySQL has no plain defaults for these; the DDL writes an expression.
    return `@default(dbgenerated(${quoteText(columnDefault(field, dialectOf(provider)) ?? '')}))`
  }
  return `@default(${literalText(field, decoded.value, scalar, provider)})`
}

function literalText(
  field: Field,
  value: Exclude<Value, null>,
  scalar: PrismaType['scalar'],
  provider: Provider,
): string {
  switch (scalar) {
    case 'Int':
    case 'BigInt':
    case 'Float':
    case 'Boolean':
      return String(value)
    case 'Decimal':
      return String(dialectOf(provider).encode(field)(value))
    case 'DateTime':
      return quoteText(moment(field, value))
    case 'Json':
      return quoteText(JSON.stringify(value))
    case 'Bytes':
      return quoteText(Buffer.from(value as Uint8Array).toString('base64'))
    case 'String':
      return quoteText(String(dialectOf(provider).encode(field)(value)))
  }
}

/** Prisma writes days and times of day as moments. */
function moment(field: Field, value: Value): string {
  if (value instanceof Date) return value.toISOString()
  return field.type === 'date' ? `${String(value)}T00:00:00Z` : `1970-01-01T${String(value)}Z`
}

/** A string of the Prisma schema language. */
export function quoteText(text: string): string {
  return JSON.stringify(text)
}
