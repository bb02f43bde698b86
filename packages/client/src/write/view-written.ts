import type { ResultRow, Row } from '@proj/dbal-contract'
import { allFields } from '@proj/dbal-policy'
import type { Entity } from '@proj/dbal-schema'
import type { OperationContext } from '../operation/operation-context.ts'

/** The row of a write as its caller may see it: where the write has ended it, the primary key only. */
export function viewWritten(
  { store, now }: Pick<OperationContext, 'store' | 'now'>,
  entity: Entity,
  row: Row,
): Promise<ResultRow> {
  return store.view(entity, row, isOver(entity, row, now) ? entity.primaryKey : allFields(entity))
}

/** Past its time, or softly deleted: no read finds it. */
function isOver({ ttl, softDelete }: Entity, row: Row, now: Date): boolean {
  if (softDelete !== undefined && (row[softDelete.field] ?? null) !== null) return true
  const end = ttl === undefined ? null : row[ttl.field]
  if (end instanceof Date) return end.getTime() <= now.getTime()
  return typeof end === 'bigint' && end <= BigInt(now.getTime())
}
