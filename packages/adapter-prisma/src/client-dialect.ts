// PrismaClient answers objects, and turns columns into classes of its own: a date into a Date, JSON into its value, so
// that JSON's null cannot be told from NULL. Named, no two columns are one; read as text, they arrive as they are.
import type { SqlDialect } from '@proj/dbal-sql'

type Selected = SqlDialect['selected']

const READ_AS_TEXT: ReadonlySet<string> = new Set(['datetime', 'date', 'time', 'decimal', 'json'])

/** The dialect as a PrismaClient needs it. */
export function clientDialect(dialect: SqlDialect): SqlDialect {
  const type = dialect.name === 'mysql' ? 'CHAR' : 'TEXT'
  const selected: Selected = (shape, column) =>
    READ_AS_TEXT.has(shape.type)
      ? { parts: ['CAST(', ...column.parts, ` AS ${type})`] }
      : dialect.selected(shape, column)
  return { ...dialect, selected, namesColumns: true }
}
