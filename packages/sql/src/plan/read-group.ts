// Rows of an aggregate: the group's fields, then its terms.
import {
  newRow,
  aggregateType,
  type AggregateTerm,
  type ResultRow,
  type Value,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { Decode, ValueShape } from '../dialect/dialect.ts'
import type { Cells } from '../driver/driver.ts'
import { decodeInteger } from '../value/decode-value.ts'
import { readAverage, readSum, type SumColumn } from './exact-sum.ts'
import { readCell, type RowColumn } from './read-row.ts'

/** All but a group's field are keyed by the term's name in the result. */
export type GroupColumn =
  | { readonly kind: 'group'; readonly column: RowColumn }
  | { readonly kind: 'count'; readonly key: string; readonly cell: number }
  | {
      readonly kind: 'extreme'
      readonly key: string
      readonly cell: number
      readonly decode: Decode
    }
  | { readonly kind: 'sum'; readonly key: string; readonly sum: SumColumn }
  | { readonly kind: 'avg'; readonly key: string; readonly sum: SumColumn; readonly count: number }

export function aggregateShape(entity: Entity, term: AggregateTerm): ValueShape {
  return aggregateType(entity, term)
}

export function readGroup(columns: readonly GroupColumn[], cells: Cells): ResultRow {
  const row = newRow()
  for (const column of columns) {
    if (column.kind === 'group') row[column.column.key] = readCell(column.column, cells)
    else row[column.key] = readTerm(column, cells)
  }
  return row
}

function readTerm(column: Exclude<GroupColumn, { kind: 'group' }>, cells: Cells): Value {
  switch (column.kind) {
    case 'count':
      return decodeInteger(cells[column.cell])
    case 'extreme': {
      const cell = cells[column.cell]
      return cell === null || cell === undefined ? null : column.decode(cell)
    }
    case 'sum':
      return readSum(column.sum, cells)
    case 'avg':
      return readAverage(column.sum, decodeInteger(cells[column.count]), cells)
  }
}
