// A value on its way into an appender, which takes the engine's own types and casts nothing.
import type { Value } from '@proj/dbal-contract'
import type { Bind } from '@proj/dbal-sql'
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { Duck } from './duck.ts'

/** From the client's value, which is not null. */
export type Append = (value: Value) => DuckDBValue

const DAY_MS = 86_400_000

/** `encode` gives what INSERT would bind for a value. Undefined for a column type that DBAL does not make. */
export function findAppend(
  duck: Duck,
  type: DuckDBType,
  encode: (value: Value) => Bind,
): Append | undefined {
  const id = duck.DuckDBTypeId
  switch (type.typeId) {
    case id.VARCHAR:
      return (value) => String(encode(value))
    case id.BOOLEAN:
      return (value) => {
        const bind = encode(value)
        return bind === true || bind === 1
      }
    case id.INTEGER:
    case id.DOUBLE:
      return (value) => Number(encode(value))
    case id.BIGINT:
      return (value) => BigInt(encode(value) as bigint | number | string)
    case id.DECIMAL: {
      const { width, scale } = type as unknown as { width: number; scale: number }
      return (value) =>
        new duck.DuckDBDecimalValue(scaled(String(encode(value)), scale), width, scale)
    }
    case id.TIMESTAMP:
      return (value) => new duck.DuckDBTimestampValue(BigInt((value as Date).getTime()) * 1000n)
    case id.DATE:
      return (value) =>
        new duck.DuckDBDateValue(Math.round(Date.parse(`${String(value)}T00:00:00Z`) / DAY_MS))
    case id.TIME:
      return (value) => new duck.DuckDBTimeValue(BigInt(timeOfDay(String(value))) * 1000n)
    case id.BLOB:
      return (value) => new duck.DuckDBBlobValue(value as Uint8Array)
    default:
      return undefined
  }
}

function scaled(text: string, scale: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(scale, '0'))
}

/** Milliseconds since midnight. */
function timeOfDay(text: string): number {
  return Date.parse(`1970-01-01T${text}Z`)
}
