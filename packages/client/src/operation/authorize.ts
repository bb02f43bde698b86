// May this principal run this operation at all? Rows and fields are the guarded store's business.
import type { PrincipalAccess } from '@proj/dbal-policy'
import type { Action, Entity, Model, OperationSpec } from '@proj/dbal-schema'
import { guardsOf } from './governing.ts'

/**
 * Throws UNAUTHORIZED or FORBIDDEN; no row has been looked at. `public: true` opens an operation that
 * has a handler; a built-in one is opened by `acl` alone.
 */
export function authorize(
  model: Model,
  entity: Entity,
  operation: OperationSpec,
  access: PrincipalAccess,
): void {
  if (access.system) return demandVerbs(model, entity, operation, access)
  if (guardsOf(entity, operation).systemOnly) throw access.refusal()
  if (operation.builtIn === undefined) {
    if (operation.public) return
    // With nothing said it is for the system.
    if (operation.verbs.length === 0) throw access.refusal()
  }
  demandVerbs(model, entity, operation, access)
}

/** `<action>: false` binds the system principal too. */
function demandVerbs(
  model: Model,
  entity: Entity,
  operation: OperationSpec,
  access: PrincipalAccess,
): void {
  for (const verb of operation.verbs) {
    access.demand(model.entities.get(verb.entity) ?? entity, verb.action as Action)
  }
}
