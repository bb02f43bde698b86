// A value on its way into an appender, which takes the engine's own types and casts nothing.
import type { Value } from '@proj/dbal-contract'
import type { Bind } from '@proj/dbal-sql'
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'
import type { Duck } from './duck.ts'

/** From the client's value and what INSERT would bind for it, neither of them null. */
export type Append = (value: Value, bind: Bind) => DuckDBValue

const DAY_MS = 86_400_000

/** Undefined for a column type that DBAL does not make. */
export function findAppend(duck: Duck, type: DuckDBType): Append | undefined {
  const id = duck.DuckDBTypeId
  switch (type.typeId) {
    case id.VARCHAR:
      return (_, bind) => String(bind)
    case id.BOOLEAN:
      return (_, bind) => bind === true || bind === 1
    case id.INTEGER:
    case id.DOUBLE:
      return (_, bind) => Number(bind)
    case id.BIGINT:
      return (_, bind) => BigInt(bind as bigint | number | string)
    case id.DECIMAL: {
      const { width, scale } = type as unknown as { width: number; scale: number }
      return (_, bind) => new duck.DuckDBDecimalValue(scaled(String(bind), scale), width, scale)
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
