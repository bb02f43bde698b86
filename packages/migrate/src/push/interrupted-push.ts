// MySQL keeps what a push has done when a later step fails. What is there then lies between two models;
// the names in the catalogue tell how far it came, so that the next push goes on from there.
import type { SchemaPort } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import type { ColumnShape, SchemaShape, TableShape } from '../shape/schema-shape.ts'
import type { DatabaseTables } from './database-tables.ts'
import type { RecordRow } from './deployed-record.ts'

/** Whether the connection that began the push is still there. */
export async function isRunning(port: SchemaPort, { fingerprint }: RecordRow): Promise<boolean> {
  const connection = Number(fingerprint)
  if (!Number.isSafeInteger(connection) || connection <= 0) return false
  const rows = await port.query(
    `SELECT id FROM information_schema.processlist WHERE id = ${connection}`,
  )
  return rows.length > 0
}

interface Names {
  readonly constraints: ReadonlySet<string>
  readonly indexes: ReadonlySet<string>
  readonly primaryKey: readonly string[]
}

const CONSTRAINTS =
  'SELECT table_name AS t, constraint_name AS c FROM information_schema.table_constraints WHERE table_schema = DATABASE()'
const INDEXES =
  'SELECT table_name AS t, index_name AS i, column_name AS c FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index'

/** What is there of the tables of these models, which lie in the order in which they were pushed. */
export async function interruptedShape(
  port: SchemaPort,
  shapes: readonly SchemaShape[],
  model: Model,
  existing: DatabaseTables,
): Promise<SchemaShape> {
  const constraints = await port.query(CONSTRAINTS)
  const indexes = await port.query(INDEXES)
  const tables = new Map<string, TableShape>()
  for (const [name, columns] of existing) {
    const rows = indexes.filter(({ t }) => t === name)
    const table = mergeTables(
      shapes.flatMap((shape) => shape.tables.get(name) ?? []),
      columns,
      {
        constraints: new Set(constraints.filter(({ t }) => t === name).map(({ c }) => String(c))),
        indexes: new Set(rows.map(({ i }) => String(i))),
        primaryKey: rows.filter(({ i }) => i === 'PRIMARY').map(({ c }) => String(c)),
      },
    )
    if (table !== undefined) tables.set(name, table)
  }
  return { model, tables }
}

function mergeTables(
  tables: readonly TableShape[],
  existing: ReadonlyMap<string, string>,
  { constraints, indexes, primaryKey }: Names,
): TableShape | undefined {
  const last = tables.at(-1)
  if (last === undefined) return undefined
  const columns = new Map<string, ColumnShape>()
  for (const [name, type] of existing) {
    const column = mergeColumns(
      tables.map((table) => table.columns.get(name)),
      type,
    )
    if (column !== undefined) columns.set(name, column)
  }
  const parts = <T extends Part>(
    of: (table: TableShape) => ReadonlyMap<string, T>,
    names: ReadonlySet<string>,
  ): ReadonlyMap<string, T> => mergeParts(tables.map(of), names)
  return {
    name: last.name,
    entity: last.entity,
    columns,
    primaryKey,
    checks: parts((table) => table.checks, constraints),
    foreignKeys: parts((table) => table.foreignKeys, constraints),
    indexes: parts((table) => table.indexes, indexes),
  }
}

/** No definition at all, so that the part is made again. */
const UNSURE = ''

interface Part {
  readonly name: string
  readonly definition: string
}

/** A part that the models have in different forms may be any of them. */
function mergeParts<T extends Part>(
  parts: readonly ReadonlyMap<string, T>[],
  existing: ReadonlySet<string>,
): ReadonlyMap<string, T> {
  const merged = new Map<string, T>()
  for (const name of existing) {
    const found = parts.flatMap((map) => map.get(name) ?? [])
    const [first] = found
    if (first === undefined) continue
    const isSure = found.every(({ definition }) => definition === first.definition)
    merged.set(name, isSure ? first : { ...first, definition: UNSURE })
  }
  return merged
}

function mergeColumns(
  columns: readonly (ColumnShape | undefined)[],
  type: string,
): ColumnShape | undefined {
  const found = columns.flatMap((column) => column ?? [])
  const [first] = found
  if (first === undefined) return undefined
  // One that was being added may still have the DEFAULT that filled it.
  const isSure =
    found.length === columns.length &&
    found.every(({ definition, form }) => definition === first.definition && form === first.form)
  if (isSure) return first
  // Values are converted in the old type or in one in between, and the new type comes last.
  const actual = found.find((column) => catalogueType(column.type) === plainType(type))
  return { ...(actual ?? first), definition: UNSURE }
}

/** `VARCHAR(255) CHARACTER SET …` as the catalogue has it. */
function catalogueType(type: string): string {
  return plainType(type.replace(/ (?:CHARACTER SET|COLLATE) .*$/, ''))
}

/** MariaDB shows a width for whole numbers, and JSON as the text that it is. */
function plainType(type: string): string {
  const lower = type.toLowerCase().replaceAll(' ', '')
  return lower === 'json' ? 'longtext' : lower.replace(/^(int|bigint)\(\d+\)/, '$1')
}
