// Rows as INSERT statements with literals, so that every peer is given them in the same way.
import { databaseOf, type DatabaseName, type EngineName } from '../engine/engine.ts'
import type { Row, Table } from './posts.ts'

const ROWS_PER_STATEMENT = 500

export function insertStatements(engine: EngineName, { name, rows }: Table): readonly string[] {
  const database = databaseOf(engine)
  const [first] = rows
  if (first === undefined) return []
  const quote = database === 'mariadb' ? '`' : '"'
  const columns = Object.keys(first)
  const head = `INSERT INTO ${name} (${columns.map((column) => quote + column + quote).join(', ')}) VALUES `
  const tuple = (row: Row): string =>
    `(${columns.map((column) => literal(database, row[column] ?? '')).join(', ')})`
  const statements: string[] = []
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT)
    statements.push(
      head +
        rows
          .slice(at, at + ROWS_PER_STATEMENT)
          .map(tuple)
          .join(', '),
    )
  return statements
}

function literal(database: DatabaseName, value: string | number | boolean | Date): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'boolean')
    return database === 'sqlite' ? String(Number(value)) : String(value)
  if (typeof value === 'string') return `'${value}'`
  const iso = value.toISOString()
  return database === 'sqlite' ? `'${iso.replace('Z', '+00:00')}'` : `'${iso.slice(0, -1)}'`
}
