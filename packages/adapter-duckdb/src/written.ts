// What a failed INSERT or UPDATE wrote, read back from its text and values: a duplicate key is told by it.
import type { Params } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { Binds, SqlStatement } from '@proj/dbal-sql'
import type { Written } from './unique-sets.ts'

const NAME = '"((?:[^"]|"")+)"'
const INSERT = new RegExp(`^INSERT INTO ${NAME} \\(([^)]*)\\)`, 'i')
const UPDATE = new RegExp(`^UPDATE ${NAME}.*? SET (.*?)(?: WHERE |$)`, 'is')

export function readWritten(statement: SqlStatement, binds: Binds): Written | undefined {
  const insert = INSERT.exec(statement.text)
  if (insert !== null) {
    const columns = names(insert[2] ?? '')
    return { table: unquote(insert[1] ?? ''), columns, rows: split(binds, columns.length) }
  }
  const update = UPDATE.exec(statement.text)
  if (update === null) return undefined
  return { table: unquote(update[1] ?? ''), columns: names(update[2] ?? ''), rows: [] }
}

export function rowsWritten(entity: Entity, fields: readonly string[], params: Params): Written {
  const columns = fields.map((name) => entity.fields.get(name)?.column ?? name)
  return { table: entity.table, columns, rows: split(params, columns.length) }
}

function split(values: readonly unknown[], width: number): unknown[][] {
  const rows: unknown[][] = []
  if (width === 0) return rows
  for (let at = 0; at < values.length; at += width) rows.push(values.slice(at, at + width))
  return rows
}

function names(text: string): string[] {
  return [...text.matchAll(new RegExp(NAME, 'g'))].map((match) => unquote(match[1] ?? ''))
}

function unquote(name: string): string {
  return name.replaceAll('""', '"')
}
