// SQLite 3.38 and later. Values are stored in the forms that Prisma writes; decimals and JSON as text.
import { DEFAULT_PRECISION, unsupported } from '@proj/dbal-contract'
import type { Field } from '@proj/dbal-schema'
import { sql, text, type Encode, type Sql } from '../compile/sql.ts'
import { isoWithOffset } from '../value/date-text.ts'
import { encodeDatetime, encodePlain, encoders, scaleOf } from '../value/encode-value.ts'
import { decimalAsFloat } from './decimal-as-float.ts'
import type { JsonPath, SqlDialect, SumPart, ValueShape } from './dialect.ts'
import { jsonPathText } from './json-path.ts'
import { printGlob } from './like-pattern.ts'
import {
  KEY_ROOM,
  MAX_DIGITS,
  decimalAdd,
  decodeDecimalKey,
  decimalKey,
  decimalSum,
  encodeDecimalKey,
} from './sqlite-decimal.ts'
import { limitOffset, literal, orderWithNulls, quoteDouble, quoteString } from './standard.ts'

const encodeBoolean: Encode = (value) =>
  typeof value === 'boolean' ? Number(value) : encodePlain(value)
const encode = encoders({ datetime: encodeDatetime(isoWithOffset), boolean: encodeBoolean })

function columnType(field: Field): string {
  switch (field.type) {
    case 'integer':
      return 'INTEGER'
    case 'bigint':
      return 'BIGINT'
    case 'float':
      return 'REAL'
    case 'boolean':
      return 'BOOLEAN'
    case 'datetime':
      return 'DATETIME'
    case 'bytes':
      return 'BLOB'
    case 'decimal':
      checkDigits(field)
      return 'TEXT'
    default:
      return 'TEXT'
  }
}

function checkDigits(field: Field): void {
  const before = (field.precision ?? DEFAULT_PRECISION) - scaleOf(field)
  if (before > MAX_DIGITS || scaleOf(field) > MAX_DIGITS)
    throw unsupported(
      'decimal',
      `SQLite keeps at most ${MAX_DIGITS} digits on either side of the point: field ${field.name}`,
    )
}

/** SQLite stores anything anywhere unless it is told not to. */
function columnCheck(field: Field, column: string): string | undefined {
  const is = (type: string): string =>
    field.nullable && !field.primary
      ? `typeof(${column}) IN ('${type}', 'null')`
      : `typeof(${column}) = '${type}'`
  switch (columnType(field)) {
    case 'INTEGER':
      return `${is('integer')} AND ${column} BETWEEN -2147483648 AND 2147483647`
    case 'BIGINT':
      return is('integer')
    case 'REAL':
      return is('real')
    case 'BOOLEAN':
      return `${column} IN (0, 1)`
    case 'BLOB':
      return is('blob')
    default:
      return is('text')
  }
}

/** The one expression that raises outside a trigger: "integer overflow". */
const OVERFLOW = text('abs(-9223372036854775808)')
const INT32 = text('-2147483648 AND 2147483647')
const DOUBLE = text('-1.7976931348623157e308 AND 1.7976931348623157e308')

function add(field: Field, column: Sql, operand: (encode?: Encode) => Sql): Sql {
  if (field.type === 'decimal') {
    const shape = { ...field, precision: field.precision ?? DEFAULT_PRECISION }
    return decimalAdd(shape, column, operand, OVERFLOW)
  }
  const total = sql`${column} + ${operand()}`
  const fits = {
    integer: sql`${total} BETWEEN ${INT32}`,
    bigint: sql`typeof(${total}) = 'integer'`,
    float: sql`${total} BETWEEN ${DOUBLE}`,
  }[field.type as 'integer' | 'bigint' | 'float']
  return sql`CASE WHEN ${fits} THEN ${total} WHEN ${total} IS NOT NULL THEN ${OVERFLOW} END`
}

function sum(shape: ValueShape, column: Sql): readonly SumPart[] {
  if (shape.type === 'decimal') return decimalSum(shape, column)
  const one = { units: 1n, scale: 0 }
  if (shape.type !== 'bigint') return [{ sql: sql`SUM(${column})`, weight: one }]
  // In halves: SUM fails as soon as a subtotal leaves 64 bits.
  return [
    { sql: sql`SUM(${column} >> 32)`, weight: { units: 2n ** 32n, scale: 0 } },
    { sql: sql`SUM(${column} & 4294967295)`, weight: one },
  ]
}

function at(path: JsonPath): Sql {
  return text(quoteString(jsonPathText(path)))
}

export const sqlite: SqlDialect = {
  name: 'sqlite',
  returning: true,
  changesInWith: false,
  rowLocks: false,
  foreignKeys: true,
  cascadesAtOnce: true,
  savepoints: true,
  transactionalDdl: true,
  survivesErrors: true,
  partialIndexes: true,
  expressionIndexes: true,
  indexKinds: new Set(),
  readsOwnTarget: true,
  simultaneousSet: true,
  inlineForeignKeys: true,
  setDefaultAction: true,
  checksByRow: false,
  checksByCascade: false,
  keysKeepToState: false,
  restrictsEarly: true,
  tellsLastIndex: true,
  maxParams: 32_766,
  rowsPerInsert: 64,
  nullsByDefault: { asc: 'first', desc: 'last' },
  tableExists: (name) => `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ${name}`,

  longText: 'TEXT',
  quote: quoteDouble,
  placeholder: () => '?',
  literal: (bind) => (typeof bind === 'boolean' ? String(Number(bind)) : literal(bind)),

  encode,
  cast: (_shape, hole) => hole,
  decimalRoom: () => KEY_ROOM,
  asFloat: (shape, column) =>
    shape.type === 'decimal' ? decimalAsFloat(shape, column) : sql`CAST(${column} AS REAL)`,
  selected: (_shape, column) => column,
  columnType,
  defaultValue: (value) => value,
  indexedColumn: (_field, column) => column,
  columnCheck,
  orderKey: {
    needs: (type) => type === 'decimal',
    column: decimalKey,
    encode: encodeDecimalKey,
    decode: (key) => decodeDecimalKey(String(key)),
  },

  isDistinct: (left, right) => sql`${left} IS NOT ${right}`,
  match(op, left, right) {
    switch (op) {
      case 'contains':
        return sql`instr(${left}, ${right}) > 0`
      case 'startsWith':
        return sql`substr(${left}, 1, length(${right})) = ${right}`
      case 'endsWith':
        // A start before the text would count from its end.
        return sql`length(${left}) >= length(${right}) AND substr(${left}, length(${left}) - length(${right}) + 1) = ${right}`
    }
  },
  like: (left, pattern) => sql`${left} GLOB ${pattern}`,
  encodePattern: printGlob,
  lowerAscii: (value) => sql`lower(${value})`,
  jsonRows: (shape, list) =>
    shape.type === 'bytes' ? undefined : sql`SELECT value FROM json_each(${list})`,
  jsonLeaf(column, path, leaf) {
    const [type, value] = [
      sql`json_type(${column}, ${at(path)})`,
      sql`json_extract(${column}, ${at(path)})`,
    ]
    if (leaf === 'string') return sql`CASE ${type} WHEN 'text' THEN ${value} END`
    if (leaf === 'number') return sql`CASE WHEN ${type} IN ('integer', 'real') THEN ${value} END`
    return sql`CASE ${type} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`
  },
  jsonValue: (column, path) => sql`${column} -> ${at(path)}`,
  jsonNull: (column, path) => sql`json_type(${column}, ${at(path)}) = 'null'`,

  orderTerm: orderWithNulls,
  limit: limitOffset('-1'),

  add,
  nextMillisecond: (field, column) =>
    field.type === 'datetime'
      ? sql`strftime('%Y-%m-%dT%H:%M:%f+00:00', ${column}, '+0.001 seconds')`
      : sql`${column} + 1`,
  greatest: (left, right) => sql`max(${left}, ${right})`,
  sum,
}
