// DuckDB. Ids and JSON are VARCHAR: a malformed id is then no match rather than a cast error. It has
// neither foreign key actions nor savepoints nor partial indexes.
import { DEFAULT_PRECISION, unsupported } from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import { sql, text, type Sql } from '../compile/sql.ts'
import { plainTimestamp } from '../value/date-text.ts'
import { encodeDatetime, encoders, scaleOf } from '../value/encode-value.ts'
import type { JsonPath, SqlDialect, ValueShape } from './dialect.ts'
import { jsonPathText } from './json-path.ts'
import { printLike } from './like-pattern.ts'
import {
  hex,
  isDistinctFrom,
  likeWithEscape,
  limitOffset,
  literal,
  orderWithNulls,
  quoteDouble,
  quoteString,
  translateAscii,
} from './standard.ts'

const encode = encoders({ datetime: encodeDatetime(plainTimestamp) })
const MAX_PRECISION = 38

function columnType(field: ValueShape & { readonly name?: string }): string {
  switch (field.type) {
    case 'integer':
      return 'INTEGER'
    case 'bigint':
      return 'BIGINT'
    case 'float':
      return 'DOUBLE'
    case 'decimal': {
      const precision = field.precision ?? DEFAULT_PRECISION
      if (precision > MAX_PRECISION)
        throw unsupported('decimal', `DuckDB keeps at most ${MAX_PRECISION} digits: ${field.name}`)
      return `DECIMAL(${precision},${scaleOf(field)})`
    }
    case 'boolean':
      return 'BOOLEAN'
    case 'datetime':
      return 'TIMESTAMP'
    case 'date':
      return 'DATE'
    case 'time':
      return 'TIME'
    case 'bytes':
      return 'BLOB'
    default:
      return 'VARCHAR'
  }
}

/** Wide enough that a value beyond a column's range is no match and no error. */
function castType(shape: ValueShape): string {
  if (shape.type === 'integer') return 'BIGINT'
  if (shape.type === 'decimal') return `DECIMAL(${MAX_PRECISION},${scaleOf(shape)})`
  return columnType(shape)
}

function cast(shape: ValueShape, hole: Sql): Sql {
  return sql`CAST(${hole} AS ${text(castType(shape))})`
}

/** By way of text: DuckDB divides the digits as doubles, which rounds twice. */
function asFloat(shape: ValueShape, column: Sql): Sql {
  const exact = shape.type === 'decimal' ? sql`CAST(${column} AS VARCHAR)` : column
  return sql`CAST(${exact} AS DOUBLE)`
}

/** Two columns are compared as the one decimal type that holds both. */
function checkTogether(left: ValueShape, right: ValueShape): void {
  const scale = Math.max(scaleOf(left), scaleOf(right))
  if (Math.max(wholeOf(left), wholeOf(right)) + scale > MAX_PRECISION)
    throw unsupported('decimal', `DuckDB compares numbers of at most ${MAX_PRECISION} digits`)
}

function wholeOf(shape: ValueShape): number {
  if (shape.type === 'decimal') return (shape.precision ?? DEFAULT_PRECISION) - scaleOf(shape)
  return shape.type === 'bigint' ? 19 : 10
}

function selected(shape: ValueShape, column: Sql): Sql {
  switch (shape.type) {
    case 'datetime':
      return sql`epoch_ms(${column})`
    case 'decimal':
    case 'date':
    case 'time':
      return sql`CAST(${column} AS VARCHAR)`
    default:
      return column
  }
}

function at(path: JsonPath): Sql {
  return text(quoteString(jsonPathText(path)))
}

const JSON_TYPES = {
  string: `'VARCHAR'`,
  number: `'BIGINT', 'UBIGINT', 'DOUBLE', 'HUGEINT'`,
  boolean: `'BOOLEAN'`,
}
const LEAF_TYPES = { string: 'VARCHAR', number: 'DOUBLE', boolean: 'BOOLEAN' }

function add(field: Field, column: Sql, operand: () => Sql): Sql {
  const total = sql`${column} + ${operand()}`
  if (field.type !== 'float') return total
  // A float overflows to infinity without a word; infinity is no integer.
  return sql`CASE WHEN isfinite(${total}) THEN ${total} ELSE CAST(${total} AS BIGINT) END`
}

export const duckdb: SqlDialect = {
  name: 'duckdb',
  returning: true,
  changesInWith: false,
  rowLocks: false,
  foreignKeys: false,
  cascadesAtOnce: false,
  savepoints: false,
  transactionalDdl: true,
  survivesErrors: false,
  partialIndexes: false,
  expressionIndexes: true,
  indexKinds: new Set(),
  readsOwnTarget: true,
  simultaneousSet: true,
  inlineForeignKeys: false,
  setDefaultAction: true,
  checksByRow: false,
  checksByCascade: false,
  keysKeepToState: false,
  restrictsEarly: false,
  tellsLastIndex: false,
  maxParams: 32_000,
  rowsPerInsert: 256,
  nullsByDefault: { asc: 'last', desc: 'last' },
  tableExists: (name) =>
    `SELECT 1 FROM information_schema.tables WHERE table_name = ${name} AND table_schema = current_schema() AND table_catalog = current_database()`,

  longText: 'VARCHAR',
  quote: quoteDouble,
  placeholder: (position) => `$${position}`,
  literal: (bind) =>
    bind instanceof Uint8Array ? `'${hex(bind).replace(/../g, '\\x$&')}'::BLOB` : literal(bind),

  encode,
  cast,
  decimalRoom: (shape) => ({ whole: MAX_PRECISION - scaleOf(shape), scale: scaleOf(shape) }),
  asFloat,
  checkTogether,
  selected,
  columnType,
  defaultValue: (value) => value,
  indexedColumn: (_field, column) => column,
  columnCheck: () => undefined,

  isDistinct: isDistinctFrom,
  match(op, left, right) {
    switch (op) {
      case 'contains':
        return sql`contains(${left}, ${right})`
      case 'startsWith':
        return sql`starts_with(${left}, ${right})`
      case 'endsWith':
        return sql`ends_with(${left}, ${right})`
    }
  },
  like: likeWithEscape,
  encodePattern: printLike,
  lowerAscii: translateAscii,
  jsonRows: (shape, list) =>
    shape.type === 'bytes'
      ? undefined
      : sql`SELECT ${cast(shape, text('item'))} FROM (SELECT unnest(from_json(CAST(${list} AS JSON), '["VARCHAR"]')) AS item)`,
  jsonLeaf(column, path, leaf) {
    const is = sql`json_type(${column}, ${at(path)}) IN (${text(JSON_TYPES[leaf])})`
    const found = sql`json_extract_string(${column}, ${at(path)})`
    return sql`CASE WHEN ${is} THEN CAST(${found} AS ${text(LEAF_TYPES[leaf])}) END`
  },
  jsonValue: (column, path) => sql`CAST(json_extract(${column}, ${at(path)}) AS VARCHAR)`,
  jsonNull: (column, path) => sql`json_type(${column}, ${at(path)}) = 'NULL'`,

  orderTerm: orderWithNulls,
  limit: limitOffset(undefined),

  add,
  nextMillisecond: (field, column) =>
    field.type === 'datetime' ? sql`${column} + INTERVAL 1 MILLISECOND` : sql`${column} + 1`,
  greatest: (left, right) => sql`greatest(${left}, ${right})`,
  sum: (_shape, column) => [
    { sql: sql`CAST(SUM(${column}) AS VARCHAR)`, weight: { units: 1n, scale: 0 } },
  ],
}
