import { addedOf, removedOf } from '../diff/compare-shapes.ts'
import type { PartChange, TableChange } from '../diff/difference.ts'
import type { CheckShape } from '../shape/schema-shape.ts'

export interface CheckChanges {
  /** Worth a step of their own: an entity's constraints, the values of a column that stays. */
  readonly own: readonly Partial<PartChange<CheckShape>>[]
  /** Checks that go with the change of a column, by its old name. */
  removedWith(column: string): readonly CheckShape[]
  /** Checks that come with it, by its new name. */
  addedWith(column: string): readonly CheckShape[]
}

/** Which of a table's changed checks are part of a column's step. */
export function checkChanges({ checks, before, after }: TableChange): CheckChanges {
  const isOfColumn = ({ column, values }: CheckShape): boolean => {
    if (column === undefined) return false
    const stays = before.columns.has(column) && after.columns.has(column)
    return !stays || values === undefined
  }
  const all: readonly Partial<PartChange<CheckShape>>[] = [
    ...checks.dropped.map((check) => ({ before: check })),
    ...checks.altered,
    ...checks.added.map((check) => ({ after: check })),
  ]
  return {
    own: all.filter((change) =>
      [change.before, change.after].every((check) => check === undefined || !isOfColumn(check)),
    ),
    removedWith: (column) =>
      removedOf(checks).filter((check) => check.column === column && isOfColumn(check)),
    addedWith: (column) =>
      addedOf(checks).filter((check) => check.column === column && isOfColumn(check)),
  }
}
