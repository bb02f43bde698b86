// The statements that change one column in place.
import type { SqlDialect } from '@proj/dbal-sql'
import { mysqlConversion } from '../convert/mysql-conversion.ts'
import { postgresqlExpression } from '../convert/postgresql-expression.ts'
import type { Alteration } from './plan-column.ts'

export function alterColumn(
  table: string,
  alteration: Alteration,
  dialect: SqlDialect,
): readonly string[] {
  return dialect.name === 'mysql'
    ? alterMysql(table, alteration, dialect)
    : alterPostgresql(table, alteration, dialect)
}

function alterPostgresql(
  table: string,
  { before, after, discards, fill }: Alteration,
  { quote }: SqlDialect,
): readonly string[] {
  const column = quote(after.name)
  const rename = `ALTER TABLE ${quote(table)} RENAME COLUMN ${quote(before.name)} TO ${column}`
  const alter = `ALTER TABLE ${quote(table)} ALTER COLUMN ${column}`
  const retypes = before.type !== after.type || before.form !== after.form
  const redefaults = retypes || before.fallback !== after.fallback
  const statements = before.name === after.name ? [] : [rename]
  if (before.required && !after.required) statements.push(`${alter} DROP NOT NULL`)
  if (redefaults && before.fallback !== undefined) statements.push(`${alter} DROP DEFAULT`)
  if (retypes) {
    const plain = after.type.replace(/ COLLATE .*$/, '')
    const value = discards
      ? `CAST(${fill?.sql ?? 'NULL'} AS ${plain})`
      : postgresqlExpression(column, before.field, after.field, after.type)
    statements.push(`${alter} TYPE ${after.type} USING ${value}`)
  }
  if (fill !== undefined && !discards)
    statements.push(`UPDATE ${quote(table)} SET ${column} = ${fill.sql} WHERE ${column} IS NULL`)
  if (redefaults && after.fallback !== undefined)
    statements.push(`${alter} SET DEFAULT ${after.fallback}`)
  if (after.required && !before.required) statements.push(`${alter} SET NOT NULL`)
  return statements
}

/** Each statement may run again: MySQL keeps what came before one that fails. */
function alterMysql(
  table: string,
  { before, after, discards, fill }: Alteration,
  { quote }: SqlDialect,
): readonly string[] {
  const [old, column] = [quote(before.name), quote(after.name)]
  const change = (from: string, definition: string): string =>
    `ALTER TABLE ${quote(table)} CHANGE COLUMN ${from} ${definition}`
  const set = (name: string, value: string, where = ''): string =>
    `UPDATE ${quote(table)} SET ${name} = ${value}${where}`
  const conversion = discards ? {} : mysqlConversion(before.field, after.field)
  const statements: string[] = []
  if (discards) statements.push(change(old, `${old} ${before.type} NULL`), set(old, 'NULL'))
  if (conversion.before !== undefined) statements.push(set(old, conversion.before(old)))
  if (conversion.between !== undefined) {
    const { type, value } = conversion.between
    statements.push(change(old, `${old} ${type} NULL`), set(old, value(old)))
  }
  if (fill === undefined) statements.push(change(old, after.definition))
  else
    statements.push(
      change(old, `${column} ${after.type} NULL`),
      set(column, fill.sql, ` WHERE ${column} IS NULL`),
      change(column, after.definition),
    )
  return statements
}
