import type { Binds, Cells } from '@proj/dbal-sql'
import type { OpenFlags, SqliteDatabase } from './database.ts'

/** The part of `node:sqlite` (Node 22.13 and later) in use. */
export interface NodeSqliteModule {
  readonly DatabaseSync: new (
    path: string,
    options?: { readonly readOnly?: boolean },
  ) => NodeDatabase
}

interface NodeDatabase {
  prepare(text: string): NodeStatement
  exec(text: string): void
  close(): void
}

interface NodeStatement {
  setReadBigInts(enabled: boolean): void
  /** Node 22.16 and later. */
  setReturnArrays?(enabled: boolean): void
  all(...binds: Binds): object[]
  get(...binds: Binds): object | undefined
  run(...binds: Binds): { readonly changes: number | bigint }
}

export function openNodeSqlite(
  { DatabaseSync }: NodeSqliteModule,
  path: string,
  { readonly }: OpenFlags,
): SqliteDatabase {
  const database = new DatabaseSync(path, { readOnly: readonly })
  return {
    library: 'node:sqlite',
    readonly,
    prepare: ({ text, bigints, single }) => {
      const statement = database.prepare(text)
      if (bigints === true) statement.setReadBigInts(true)
      statement.setReturnArrays?.(true)
      const one = (binds: Binds): readonly Cells[] => {
        const row = statement.get(...binds)
        return row === undefined ? [] : [cellsOf(row)]
      }
      return {
        all: single === true ? one : (binds) => statement.all(...binds).map(cellsOf),
        run: (binds) => Number(statement.run(...binds).changes),
      }
    },
    exec: (text) => database.exec(text),
    records: (text) => database.prepare(text).all() as Record<string, unknown>[],
    close: () => database.close(),
  }
}

/** Where rows come by name only: columns of a compiled statement have names of their own. */
function cellsOf(row: object): Cells {
  return Array.isArray(row) ? (row as Cells) : Object.values(row)
}
