import type { FieldError } from '@proj/dbal-contract'
import type { PrincipalAccess } from '@proj/dbal-policy'
import type { Entity, OperationSpec } from '@proj/dbal-schema'
import { dataNames, hasData, type Data, type WriteAction } from './data-parts.ts'

/**
 * The fields the caller himself sends, sorted. Throws FORBIDDEN that names those no rule lets him
 * write, whatever their values, and where none lets him write all of them.
 */
export function demandWritable(
  access: PrincipalAccess,
  entity: Entity,
  action: WriteAction,
  names: readonly string[],
): readonly string[] {
  const { sent, closed } = access.entity(entity).sends(action, names)
  if (closed.length > 0) {
    const fields = closed.map((field): FieldError => ({
      field,
      error: 'may not be written by you',
    }))
    throw access.refusal({ fields })
  }
  // Each may be open, and no grant cover all of them.
  access.demand(entity, action, sent)
  return sent
}

/** The same for all that an operation is about to write, before any value is looked at. */
export function demandWritableInput(
  access: PrincipalAccess,
  entity: Entity,
  operation: OperationSpec,
  input: Data,
): void {
  if (!hasData(operation)) return
  const sent = dataNames(operation, input)
  for (const action of ['create', 'update'] as const) {
    const names: string[] = []
    for (const name of sent[action]) {
      const relation = entity.relations.get(name)
      // A write over a relation whose key this row holds is a write of the key.
      const written = entity.fields.has(name) ? name : relation?.owning === true && relation.from
      if (written === false || names.includes(written)) continue
      // The flat form of an update holds the key beside the data.
      if (action === 'create' || !entity.primaryKey.includes(written)) names.push(written)
    }
    if (names.length > 0) demandWritable(access, entity, action, names)
  }
}
