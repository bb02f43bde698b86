// The schema that a push starts from: what the record says, of the tables that are there, and tables
// made by others that already are what the contract asks for.
import { DBALError } from '@proj/dbal-contract'
import type { SqlDialect } from '@proj/dbal-sql'
import type { SchemaShape, TableShape } from '../shape/schema-shape.ts'
import type { Step } from '../step.ts'
import type { DatabaseTables } from './database-tables.ts'

export interface StartingPoint {
  readonly shape: SchemaShape
  readonly steps: readonly Step[]
}

/**
 * Throws DATABASE_ERROR where tables of the contract's names are there that neither the record knows nor
 * the contract describes.
 */
export function findStartingPoint(
  recorded: SchemaShape | undefined,
  target: SchemaShape,
  existing: DatabaseTables,
  dialect: SqlDialect,
): StartingPoint {
  const fold = (name: string): string => (dialect.name === 'postgresql' ? name : name.toLowerCase())
  const found = new Map([...existing].map(([name, columns]) => [fold(name), columns]))
  const tables = new Map<string, TableShape>()
  for (const table of recorded?.tables.values() ?? [])
    if (found.has(fold(table.name))) tables.set(table.name, table)
  const known = new Set([...tables.keys()].map(fold))
  const adopted: TableShape[] = []
  const inTheWay: TableShape[] = []
  for (const table of target.tables.values()) {
    const columns = found.get(fold(table.name))
    if (columns === undefined || known.has(fold(table.name))) continue
    const names = new Set([...columns.keys()].map(fold))
    const isSame =
      names.size === table.columns.size &&
      [...table.columns.keys()].every((name) => names.has(fold(name)))
    if (isSame) adopted.push(table)
    else inTheWay.push(table)
  }
  if (inTheWay.length > 0) throw occupied(inTheWay)
  for (const table of adopted) tables.set(table.name, table)
  return {
    shape: { model: recorded?.model ?? target.model, tables },
    steps: adopted.map(adoptStep),
  }
}

function adoptStep({ name }: TableShape): Step {
  return {
    kind: 'adopt_table',
    table: name,
    description: `adopt table ${name}: it is there and has the columns of the contract`,
    risk: 'safe',
    statements: [],
  }
}

function occupied(tables: readonly TableShape[]): DBALError {
  const names = tables.map(({ name }) => name).join(', ')
  return new DBALError('DATABASE_ERROR', {
    details: {
      reason: `the database has tables of these names that dbal push did not make, with other columns than the contract: ${names}. Rename or drop them, give the entities another \`table\`, or make their columns those of the contract to have them adopted`,
    },
  })
}
