// Cells to values. A cell that is no value of its field's type is DATA_CORRUPT, never passed on.
import { DBALError, JsonNull, canonicalTime, parseDecimal, printDecimal } from '@proj/dbal-contract'
import type { Value } from '@proj/dbal-contract'
import type { Decode, ValueShape } from '../dialect/dialect.ts'
import { parseTimestamp } from './date-text.ts'
import { scaleOf } from './encode-value.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Engines print microseconds; the values have none. */
const FINER = /(\.\d{3})\d+$/
const INTEGER = /^-?\d{1,19}$/
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00(?::?00)?)?)?$/

export function corrupt(): DBALError {
  return new DBALError('DATA_CORRUPT')
}

/**
 * The decoder of a type; what a driver gives is described in driver/driver.ts. It answers a value of its own each
 * time, since a cell may be read for several callers.
 */
export function decodeValue(shape: ValueShape): Decode {
  switch (shape.type) {
    case 'uuid':
      return decodeUuid
    case 'enum':
      return decodeEnum(shape.values)
    case 'integer':
      return decodeInteger
    case 'bigint':
      return decodeBigint
    case 'float':
      return decodeFloat
    case 'decimal':
      return decodeDecimal(scaleOf(shape))
    case 'boolean':
      return decodeBoolean
    case 'datetime':
      return decodeDatetime
    case 'date':
      return decodeDate
    case 'time':
      return decodeTime
    case 'json':
      return decodeJson
    case 'bytes':
      return decodeBytes
    default:
      return decodeText
  }
}

function decodeText(cell: unknown): string {
  if (typeof cell === 'string') return cell
  throw corrupt()
}

function decodeUuid(cell: unknown): string {
  if (typeof cell !== 'string') throw corrupt()
  if (UUID.test(cell)) return cell
  const lower = cell.toLowerCase()
  if (UUID.test(lower)) return lower
  throw corrupt()
}

function decodeEnum(values: readonly string[] | undefined): Decode {
  const known = new Set(values)
  return (cell) => {
    if (typeof cell === 'string' && (values === undefined || known.has(cell))) return cell
    throw corrupt()
  }
}

export function decodeInteger(cell: unknown): number {
  const value =
    typeof cell === 'bigint' || (typeof cell === 'string' && INTEGER.test(cell))
      ? Number(cell)
      : cell
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw corrupt()
}

function decodeBigint(cell: unknown): bigint {
  if (typeof cell === 'bigint') return cell
  if (typeof cell === 'number' && Number.isSafeInteger(cell)) return BigInt(cell)
  if (typeof cell === 'string' && INTEGER.test(cell)) return BigInt(cell)
  throw corrupt()
}

function decodeFloat(cell: unknown): number {
  const value =
    typeof cell === 'bigint' || (typeof cell === 'string' && cell !== '') ? Number(cell) : cell
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw corrupt()
}

function decodeDecimal(scale: number): Decode {
  return (cell) => {
    const decimal =
      typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'bigint'
        ? parseDecimal(String(cell))
        : undefined
    if (decimal === undefined || decimal.scale > scale) throw corrupt()
    return printDecimal(decimal, scale)
  }
}

function decodeBoolean(cell: unknown): boolean {
  if (typeof cell === 'boolean') return cell
  if (cell === 1 || cell === 1n || cell === '1') return true
  if (cell === 0 || cell === 0n || cell === '0') return false
  throw corrupt()
}

function decodeDatetime(cell: unknown): Date {
  const date =
    typeof cell === 'string'
      ? parseTimestamp(cell)
      : cell instanceof Date
        ? new Date(cell)
        : typeof cell === 'number' || typeof cell === 'bigint'
          ? new Date(Number(cell))
          : undefined
  if (date !== undefined && !Number.isNaN(date.getTime())) return date
  throw corrupt()
}

function decodeDate(cell: unknown): string {
  const text = cell instanceof Date ? cell.toISOString() : cell
  const day = typeof text === 'string' ? DATE.exec(text)?.[1] : undefined
  if (day !== undefined) return day
  throw corrupt()
}

function decodeTime(cell: unknown): string {
  const time = typeof cell === 'string' ? canonicalTime(cell.replace(FINER, '$1')) : undefined
  if (time !== undefined) return time
  throw corrupt()
}

function decodeJson(cell: unknown): Value {
  if (typeof cell === 'string') {
    try {
      const value = JSON.parse(cell) as Value
      return value === null ? JsonNull : value
    } catch {
      throw corrupt()
    }
  }
  if (typeof cell === 'object') return structuredClone(cell) as Value
  if (typeof cell === 'number' || typeof cell === 'boolean') return cell
  throw corrupt()
}

function decodeBytes(cell: unknown): Uint8Array {
  if (cell instanceof Uint8Array) return new Uint8Array(cell)
  if (cell instanceof ArrayBuffer) return new Uint8Array(cell)
  throw corrupt()
}
