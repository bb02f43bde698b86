// Cells to result rows.
import { DBALError, isDBALError, newRow, type ResultRow, type Value } from '@proj/dbal-contract'
import type { FieldType } from '@proj/dbal-schema'
import type { Decode } from '../dialect/dialect.ts'
import type { Cells } from '../driver/driver.ts'
import { corrupt } from '../value/decode-value.ts'

export interface RowColumn {
  /** Key in the row. */
  readonly key: string
  readonly cell: number
  readonly type: FieldType
  readonly decode: Decode
  readonly nullable: boolean
  /** The cell that says whether the row has this key at all. */
  readonly maskCell?: number
}

export type ReadRow = (cells: Cells) => ResultRow

export function createRowReader(columns: readonly RowColumn[]): ReadRow {
  return (cells) => {
    const row = newRow()
    for (const column of columns) {
      if (isShown(column, cells)) row[column.key] = readCell(column, cells)
    }
    return row
  }
}

/** Throws DATA_CORRUPT, with the field's name and without the value. */
export function readCell(column: RowColumn, cells: Cells): Value {
  const cell = cells[column.cell]
  try {
    if (cell !== null && cell !== undefined) return column.decode(cell)
    if (column.nullable) return null
    throw corrupt()
  } catch (error) {
    if (!isDBALError(error) || error.code !== 'DATA_CORRUPT') throw error
    throw new DBALError('DATA_CORRUPT', {
      details: { fields: [{ field: column.key, error: 'does not fit its type' }] },
    })
  }
}

/** Whether the row has this column's key at all. */
export function isShown({ maskCell }: RowColumn, cells: Cells): boolean {
  return maskCell === undefined || isTrue(cells[maskCell])
}

function isTrue(cell: unknown): boolean {
  return cell === 1 || cell === true || cell === 1n || cell === '1'
}
