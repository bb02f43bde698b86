// Column types of MySQL and MariaDB, whose indexes hold texts and bytes of bounded length only.
import { DEFAULT_PRECISION, unsupported } from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import { scaleOf } from '../value/encode-value.ts'

/** Characters of four bytes that an index entry holds. */
const MAX_INDEXED = 768
/** Characters of a longer text that an index keeps. */
export const INDEX_PREFIX = 191
const MAX_VARCHAR = 16_383
export const MAX_PRECISION = 65
export const MAX_SCALE = 30

/** Throws CAPABILITY_NOT_SUPPORTED for a key that is too long, and for too many digits. */
export function columnTypeOf(collation: string) {
  return (field: Field, inKey: boolean): string => {
    switch (field.type) {
      case 'integer':
        return 'INT'
      case 'bigint':
        return 'BIGINT'
      case 'float':
        return 'DOUBLE'
      case 'decimal':
        return decimalType(field)
      case 'boolean':
        return 'TINYINT(1)'
      case 'datetime':
        return 'DATETIME(3)'
      case 'date':
        return 'DATE'
      case 'time':
        return 'TIME(3)'
      case 'json':
        return 'JSON'
      case 'bytes':
        return bytesType(field, inKey)
      default:
        return `${textType(textLength(field), field, inKey)} CHARACTER SET utf8mb4 COLLATE ${collation}`
    }
  }
}

/** Longer than an index entry may be, other columns of the index beside it. */
export function isLong(field: Field): boolean {
  return field.type === 'bytes' || field.type === 'json' || textLength(field) > MAX_INDEXED
}

function textType(length: number, field: Field, inKey: boolean): string {
  if (!inKey) return length <= MAX_VARCHAR ? `VARCHAR(${length})` : 'LONGTEXT'
  if (length > MAX_INDEXED)
    throw unsupported(
      'indexes',
      `MySQL indexes texts of at most ${MAX_INDEXED} characters: field ${field.name}`,
    )
  return `VARCHAR(${length})`
}

function bytesType(field: Field, inKey: boolean): string {
  if (!inKey) return 'LONGBLOB'
  const length = field.maxLength ?? Number.POSITIVE_INFINITY
  if (length > MAX_INDEXED * 4)
    throw unsupported('indexes', `MySQL cannot index so many bytes: field ${field.name}`)
  return `VARBINARY(${length})`
}

function decimalType(field: Field): string {
  const [precision, scale] = [field.precision ?? DEFAULT_PRECISION, scaleOf(field)]
  if (precision > MAX_PRECISION || scale > MAX_SCALE)
    throw unsupported(
      'decimal',
      `MySQL keeps at most ${MAX_PRECISION} digits, ${MAX_SCALE} after the point: field ${field.name}`,
    )
  return `DECIMAL(${precision},${scale})`
}

function textLength(field: Field): number {
  if (field.type === 'uuid') return 36
  if (field.type === 'cuid') return 32
  if (field.type === 'enum')
    return Math.max(1, ...(field.values ?? []).map((value) => [...value].length))
  return field.maxLength ?? (field.type === 'text' ? 1_048_576 : 255)
}
