// PostgreSQL and what speaks its dialect (CockroachDB, PGlite). Text is compared byte by byte through
// the collation of its column; instants are `timestamp(3)` in UTC, as Prisma declares them.
import { DEFAULT_PRECISION } from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import { sql, text, type Sql } from '../compile/sql.ts'
import type { Bind } from '../driver/driver.ts'
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

/** The type of a parameter: wide, so that a value beyond a column's range is no match and no error. */
function castType(shape: ValueShape): string {
  switch (shape.type) {
    case 'integer':
    case 'bigint':
      return 'bigint'
    case 'float':
      return 'double precision'
    case 'decimal':
      return 'numeric'
    case 'boolean':
      return 'boolean'
    case 'datetime':
      return 'timestamp(3)'
    case 'date':
      return 'date'
    case 'time':
      return 'time(3)'
    case 'json':
      return 'jsonb'
    case 'bytes':
      return 'bytea'
    default:
      return 'text'
  }
}

function columnType(field: Field): string {
  switch (field.type) {
    case 'integer':
      // CockroachDB takes `integer` for 64 bits.
      return 'int4'
    case 'decimal':
      return `numeric(${field.precision ?? DEFAULT_PRECISION},${scaleOf(field)})`
    default: {
      const type = castType(field)
      return type === 'text' ? 'text COLLATE "C"' : type
    }
  }
}

function cast(shape: ValueShape, hole: Sql): Sql {
  return sql`CAST(${hole} AS ${text(castType(shape))})`
}

/**
 * Text steps name members and numbers elements, never the other way round. `->` takes a scalar for a list
 * of one, which a strict path does not.
 */
function at(column: Sql, path: JsonPath): Sql {
  if (path.some((step) => typeof step === 'number')) {
    const strict = quoteString(`strict ${jsonPathText(path)}`)
    return sql`jsonb_path_query_first(${column}, ${text(strict)}, '{}', true)`
  }
  return path.reduce<Sql>(
    (value, step) => sql`(${value} -> ${text(quoteString(String(step)))})`,
    column,
  )
}

const TO_ESCAPE = /["\\]/
const ALL_TO_ESCAPE = /["\\]/g

/** An element of an array literal. */
function arrayItem(bind: Bind): string {
  switch (typeof bind) {
    case 'string':
      return TO_ESCAPE.test(bind) ? `"${bind.replaceAll(ALL_TO_ESCAPE, '\\$&')}"` : `"${bind}"`
    case 'object':
      return bind === null ? 'NULL' : `"\\\\x${hex(bind)}"`
    default:
      return String(bind)
  }
}

export const postgresql: SqlDialect = {
  name: 'postgresql',
  returning: true,
  // One table may not be changed twice in a statement of CockroachDB.
  changesInWith: false,
  rowLocks: true,
  foreignKeys: true,
  cascadesAtOnce: false,
  savepoints: true,
  transactionalDdl: true,
  survivesErrors: false,
  partialIndexes: true,
  expressionIndexes: true,
  indexKinds: new Set(['btree', 'hash', 'gin', 'gist', 'brin']),
  readsOwnTarget: true,
  simultaneousSet: true,
  inlineForeignKeys: false,
  setDefaultAction: true,
  checksByRow: false,
  checksByCascade: true,
  keysKeepToState: true,
  restrictsEarly: false,
  tellsLastIndex: false,
  maxParams: 65_535,
  rowsPerInsert: 256,
  columnLists: {
    rows: (shapes, holes) => {
      const lists = shapes.map((shape, at) => `CAST(${holes[at] ?? ''} AS ${castType(shape)}[])`)
      return `SELECT * FROM unnest(${lists.join(', ')})`
    },
    item: arrayItem,
    list: (items) => `{${items}}`,
  },
  nullsByDefault: { asc: 'last', desc: 'first' },
  tableExists: (name) =>
    `SELECT 1 FROM information_schema.tables WHERE table_name = ${name} AND table_schema = ANY (current_schemas(false))`,

  longText: 'text',
  quote: quoteDouble,
  placeholder: (position) => `$${position}`,
  literal: (bind: Bind) =>
    bind instanceof Uint8Array ? `'\\x${hex(bind)}'::bytea` : literal(bind),

  encode,
  cast,
  asFloat: (_shape, column) => sql`CAST(${column} AS double precision)`,
  // A driver that parses JSON would hide JSON null behind SQL NULL.
  selected: (shape, column) => (shape.type === 'json' ? sql`CAST(${column} AS text)` : column),
  columnType,
  defaultValue: (value) => value,
  indexedColumn: (_field, column) => column,
  columnCheck: () => undefined,

  isDistinct: isDistinctFrom,
  match(op, left, right) {
    switch (op) {
      case 'contains':
        return sql`strpos(${left}, ${right}) > 0`
      case 'startsWith':
        return sql`left(${left}, length(${right})) = ${right}`
      case 'endsWith':
        return sql`right(${left}, length(${right})) = ${right}`
    }
  },
  like: likeWithEscape,
  encodePattern: printLike,
  lowerAscii: translateAscii,
  jsonRows: (shape, list) =>
    shape.type === 'bytes'
      ? undefined
      : sql`SELECT ${cast(shape, text('item'))} FROM json_array_elements_text(CAST(${list} AS json)) AS list(item)`,
  jsonLeaf(column, path, leaf) {
    const value = at(column, path)
    const found = sql`(${value} #>> '{}')`
    const read = {
      string: sql`${found} COLLATE "C"`,
      number: sql`CAST(${found} AS numeric)`,
      boolean: sql`CAST(${found} AS boolean)`,
    }[leaf]
    return sql`CASE WHEN jsonb_typeof(${value}) = ${text(`'${leaf}'`)} THEN ${read} END`
  },
  jsonValue: at,
  jsonNull: (column, path) => sql`jsonb_typeof(${at(column, path)}) = 'null'`,

  orderTerm: orderWithNulls,
  limit: limitOffset(undefined),

  add: (_field, column, operand) => sql`${column} + ${operand()}`,
  nextMillisecond: (field, column) =>
    field.type === 'datetime' ? sql`${column} + interval '1 millisecond'` : sql`${column} + 1`,
  greatest: (left, right) => sql`greatest(${left}, ${right})`,
  sum: (_shape, column) => [
    { sql: sql`CAST(SUM(${column}) AS text)`, weight: { units: 1n, scale: 0 } },
  ],
}
