// The Prisma type of a column, read from the DDL that makes it, so that the two cannot disagree.
import { columnDefinition, dialectFor, type SqlDialect } from '@proj/dbal-sql'
import type { Entity, Field } from '@proj/dbal-schema'
import type { Provider } from '../../generated-file.ts'

export type PrismaScalar =
  'String' | 'Boolean' | 'Int' | 'BigInt' | 'Float' | 'Decimal' | 'DateTime' | 'Json' | 'Bytes'

export interface PrismaType {
  readonly scalar: PrismaScalar
  /** `@db.VarChar(255)`, where it is not what the scalar means by itself. */
  readonly native?: string
}

export function dialectOf(provider: Provider): SqlDialect {
  return dialectFor(provider === 'cockroachdb' ? 'postgresql' : provider)
}

type Row = readonly [pattern: RegExp, scalar: PrismaScalar, native?: string]

/** `$1` stands for what is in parentheses. */
const POSTGRESQL: readonly Row[] = [
  [/^int4$/, 'Int'],
  [/^bigint$/, 'BigInt'],
  [/^double precision$/, 'Float'],
  [/^numeric\((\d+), ?(\d+)\)$/, 'Decimal', '@db.Decimal($1, $2)'],
  [/^boolean$/, 'Boolean'],
  [/^timestamp\(3\)$/, 'DateTime'],
  [/^date$/, 'DateTime', '@db.Date'],
  [/^time\((\d)\)$/, 'DateTime', '@db.Time($1)'],
  [/^jsonb$/, 'Json'],
  [/^bytea$/, 'Bytes'],
  [/^text$/, 'String'],
]

const TYPES: Readonly<Record<Provider, readonly Row[]>> = {
  postgresql: POSTGRESQL,
  cockroachdb: POSTGRESQL,
  sqlite: [
    [/^INTEGER$/, 'Int'],
    [/^BIGINT$/, 'BigInt'],
    [/^REAL$/, 'Float'],
    [/^BOOLEAN$/, 'Boolean'],
    [/^DATETIME$/, 'DateTime'],
    [/^BLOB$/, 'Bytes'],
    [/^TEXT$/, 'String'],
  ],
  mysql: [
    [/^INT$/, 'Int'],
    [/^BIGINT$/, 'BigInt'],
    [/^DOUBLE$/, 'Float'],
    [/^DECIMAL\((\d+), ?(\d+)\)$/, 'Decimal', '@db.Decimal($1, $2)'],
    [/^TINYINT\(1\)$/, 'Boolean'],
    [/^DATETIME\(3\)$/, 'DateTime'],
    [/^DATE$/, 'DateTime', '@db.Date'],
    [/^TIME\((\d)\)$/, 'DateTime', '@db.Time($1)'],
    [/^JSON$/, 'Json'],
    [/^CHAR\((\d+)\)$/, 'String', '@db.Char($1)'],
    [/^VARCHAR\((\d+)\)$/, 'String', '@db.VarChar($1)'],
    [/^TEXT$/, 'String', '@db.Text'],
    [/^MEDIUMTEXT$/, 'String', '@db.MediumText'],
    [/^LONGTEXT$/, 'String', '@db.LongText'],
    [/^BINARY\((\d+)\)$/, 'Bytes', '@db.Binary($1)'],
    [/^VARBINARY\((\d+)\)$/, 'Bytes', '@db.VarBinary($1)'],
    [/^BLOB$/, 'Bytes', '@db.Blob'],
    [/^MEDIUMBLOB$/, 'Bytes', '@db.MediumBlob'],
    [/^LONGBLOB$/, 'Bytes'],
  ],
}

/** Throws CAPABILITY_NOT_SUPPORTED for a field that the engine cannot keep. */
export function prismaType(entity: Entity, field: Field, provider: Provider): PrismaType {
  const column = columnTypeText(entity, field, dialectOf(provider))
  for (const [pattern, scalar, native] of TYPES[provider]) {
    const match = pattern.exec(column)
    if (match === null) continue
    if (native === undefined) return { scalar }
    return { scalar, native: native.replace(/\$(\d)/g, (_, n: string) => match[Number(n)] ?? '') }
  }
  throw new RangeError(`no Prisma type for the column type ${column} of ${provider}`)
}

/** The type's words alone: without collation, NOT NULL and DEFAULT. */
function columnTypeText(entity: Entity, field: Field, dialect: SqlDialect): string {
  const definition = columnDefinition(entity, field, dialect)
  const rest = definition.slice(dialect.quote(field.column).length + 1)
  return rest.split(/ (?:NOT NULL|DEFAULT|COLLATE|CHARACTER SET)\b/)[0] ?? rest
}
