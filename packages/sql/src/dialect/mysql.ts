// MySQL 8 and MariaDB 10.6 and later. The server decides the collation: one that compares code points
// and pads nothing is `utf8mb4_0900_bin` in the one and `utf8mb4_nopad_bin` in the other.
import { sql, text, type Sql } from '../compile/sql.ts'
import type { Bind } from '../driver/driver.ts'
import { plainTimestamp } from '../value/date-text.ts'
import { encodeDatetime, encoders } from '../value/encode-value.ts'
import type { Nulls, SqlDialect, ValueShape } from './dialect.ts'
import { printLike } from './like-pattern.ts'
import { MARIADB_JSON_DEPTH, mysqlJson } from './mysql-json.ts'
import { INDEX_PREFIX, MAX_PRECISION, MAX_SCALE, columnTypeOf, isLong } from './mysql-types.ts'
import { LOWER, UPPER, limitOffset, literal } from './standard.ts'

export type MysqlFlavour = 'mysql' | 'mariadb'

/** Drivers take year 1 for 2001, and JSON null for NULL. */
const READ_AS_TEXT: ReadonlySet<string> = new Set(['json', 'datetime', 'date', 'time'])
const encode = encoders({ datetime: encodeDatetime(plainTimestamp) })

function quote(identifier: string): string {
  return `\`${identifier.replaceAll('`', '``')}\``
}

function literalOf(bind: Bind): string {
  // Whether a backslash escapes depends on a server setting; hexadecimal digits do not.
  if (typeof bind === 'string' && bind.includes('\\'))
    return `CONVERT(X'${Buffer.from(bind).toString('hex')}' USING utf8mb4)`
  return literal(bind)
}

/** A text is compared with a DECIMAL as a double and with a DATETIME by its own rules: both are cast. */
function castType(shape: ValueShape): string | undefined {
  switch (shape.type) {
    case 'decimal':
      return `DECIMAL(${MAX_PRECISION},${MAX_SCALE})`
    case 'datetime':
      return 'DATETIME(3)'
    case 'date':
      return 'DATE'
    case 'time':
      return 'TIME(3)'
    default:
      return undefined
  }
}

/** LOWER folds the whole of Unicode, whatever the collation. */
function lowerAscii(value: Sql): Sql {
  return [...UPPER].reduce<Sql>(
    (folded, letter, position) =>
      sql`REPLACE(${folded}, ${text(`'${letter}'`)}, ${text(`'${LOWER[position]}'`)})`,
    value,
  )
}

function orderTerm(value: Sql, direction: 'asc' | 'desc', nulls?: Nulls): Sql {
  const term = direction === 'asc' ? value : sql`${value} DESC`
  if (nulls === undefined) return term
  return nulls === 'last' ? sql`${value} IS NULL, ${term}` : sql`${value} IS NOT NULL, ${term}`
}

/** The dialect of one server: `SELECT VERSION()` of MariaDB names it. */
export function mysqlDialect(flavour: MysqlFlavour = 'mariadb'): SqlDialect {
  const mariadb = flavour === 'mariadb'
  const collation = mariadb ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin'
  const collate = text(` COLLATE ${collation}`)
  return {
    name: 'mysql',
    remembersNullIn: mariadb,
    returning: false,
    changesInWith: false,
    rowLocks: true,
    foreignKeys: true,
    cascadesAtOnce: true,
    savepoints: true,
    transactionalDdl: false,
    survivesErrors: true,
    partialIndexes: false,
    expressionIndexes: false,
    indexKinds: new Set(),
    readsOwnTarget: false,
    simultaneousSet: false,
    inlineForeignKeys: false,
    setDefaultAction: false,
    checksByRow: true,
    checksByCascade: false,
    keysKeepToState: false,
    restrictsEarly: false,
    tellsLastIndex: false,
    maxParams: 65_535,
    rowsPerInsert: 256,
    nullsByDefault: { asc: 'first', desc: 'last' },
    // Else a column is called by its expression, and the mariadb driver misreads a name of 251 bytes and more.
    namesColumns: true,
    tableExists: (name) =>
      `SELECT 1 FROM information_schema.tables WHERE table_name = ${name} AND table_schema = DATABASE()`,

    longText: 'LONGTEXT',
    quote,
    placeholder: () => '?',
    literal: literalOf,

    encode,
    cast(shape, hole) {
      // MariaDB keeps JSON as the text it was given, MySQL as a tree.
      const type = shape.type === 'json' && !mariadb ? 'JSON' : castType(shape)
      return type === undefined ? hole : sql`CAST(${hole} AS ${text(type)})`
    },
    decimalRoom: () => ({ whole: MAX_PRECISION - MAX_SCALE, scale: MAX_SCALE }),
    asFloat: (_shape, column) => sql`CAST(${column} AS DOUBLE)`,
    selected: (shape, column) =>
      READ_AS_TEXT.has(shape.type) ? sql`CAST(${column} AS CHAR)` : column,
    columnType: columnTypeOf(collation),
    // Defaults of long texts are taken as expressions only.
    defaultValue: (value) => `(${value})`,
    indexedColumn: (field, column) => (isLong(field) ? `${column}(${INDEX_PREFIX})` : column),
    columnCheck: (field, column) => (field.type === 'boolean' ? `${column} IN (0, 1)` : undefined),

    isDistinct: (left, right) => sql`NOT (${left} <=> ${right})`,
    match(op, left, right) {
      switch (op) {
        case 'contains':
          return sql`LOCATE(${right}, ${left}) > 0`
        case 'startsWith':
          return sql`LEFT(${left}, CHAR_LENGTH(${right})) = ${right}`
        case 'endsWith':
          return sql`RIGHT(${left}, CHAR_LENGTH(${right})) = ${right}`
      }
    },
    // A backslash is the escape character by default and cannot be spelled alike in every mode.
    like: (left, pattern) => sql`${left} LIKE ${pattern}`,
    encodePattern: printLike,
    lowerAscii,
    jsonRows(shape, list) {
      if (shape.type === 'bytes') return undefined
      const type = castType(shape) ?? jsonRowType(shape)
      return sql`SELECT item FROM JSON_TABLE(${list}, '$[*]' COLUMNS (item ${text(type)} PATH '$')) AS list`
    },
    ...mysqlJson(mariadb, collate),
    ...(mariadb ? { jsonDepth: MARIADB_JSON_DEPTH } : {}),

    orderTerm,
    limit: limitOffset('18446744073709551615'),

    add: (_field, column, operand) => sql`${column} + ${operand()}`,
    nextMillisecond: (field, column) =>
      field.type === 'datetime' ? sql`${column} + INTERVAL 1000 MICROSECOND` : sql`${column} + 1`,
    greatest: (left, right) => sql`GREATEST(${left}, ${right})`,
    sum: (_shape, column) => [
      { sql: sql`CAST(SUM(${column}) AS CHAR)`, weight: { units: 1n, scale: 0 } },
    ],
  }
}

function jsonRowType(shape: ValueShape): string {
  if (shape.type === 'integer' || shape.type === 'bigint') return 'BIGINT'
  if (shape.type === 'float') return 'DOUBLE'
  return shape.type === 'boolean' ? 'TINYINT' : 'LONGTEXT CHARACTER SET utf8mb4'
}
