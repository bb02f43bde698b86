// Names to things: an entity by name or accessor, an operation in either spelling.
import type { Operation } from '@proj/dbal-contract'
import { invalid } from '@proj/dbal-contract/base'
import type { PrincipalAccess } from '@proj/dbal-policy'
import type { Entity, Model, OperationSpec } from '@proj/dbal-schema'
import { withHint } from '../query/unknown-name.ts'

const methods = new WeakMap<Entity, ReadonlyMap<string, OperationSpec>>()

/**
 * Throws VALIDATION_ERROR. Look-ups go by own keys of maps, so no inherited name is ever found. With
 * `access` the hint names only what this caller could do something with.
 */
export function resolveEntity(model: Model, name: unknown, access?: PrincipalAccess): Entity {
  const found =
    typeof name === 'string' ? (model.entities.get(name) ?? model.accessors.get(name)) : undefined
  if (found !== undefined) return found
  const known = [...model.entities.values()].filter((each) => access?.knows(each) !== false)
  const names = known.flatMap((each) => [each.name, each.accessor])
  throw invalid([
    { field: 'entity', error: withHint('is not a known entity', String(name), names) },
  ])
}

/** Throws VALIDATION_ERROR. */
export function resolveOperation(
  entity: Entity,
  action: unknown,
  access?: PrincipalAccess,
): OperationSpec {
  const byMethod = methodsOf(entity)
  const found =
    typeof action === 'string' ? (entity.operations.get(action) ?? byMethod.get(action)) : undefined
  if (found !== undefined) return found
  const isOpen = (each: OperationSpec): boolean => access?.system !== false || !each.systemOnly
  const names = [...byMethod.values()].filter(isOpen).map((each) => each.method)
  const problem = `is not a known operation of ${entity.name}`
  throw invalid([{ field: 'action', error: withHint(problem, String(action), names) }])
}

export interface NamedOperation {
  readonly entity: Entity
  readonly operation: OperationSpec
}

/** Undefined for names that nothing has; the operation itself says so to its caller. */
export function nameOperation(
  { entities, accessors }: Model,
  { entity: name, action }: Partial<Operation>,
): NamedOperation | undefined {
  if (typeof name !== 'string' || typeof action !== 'string') return undefined
  const entity = entities.get(name) ?? accessors.get(name)
  const operation = entity?.operations.get(action) ?? (entity && methodsOf(entity).get(action))
  return entity === undefined || operation === undefined ? undefined : { entity, operation }
}

function methodsOf(entity: Entity): ReadonlyMap<string, OperationSpec> {
  let known = methods.get(entity)
  if (known === undefined) {
    known = new Map([...entity.operations.values()].map((spec) => [spec.method, spec]))
    methods.set(entity, known)
  }
  return known
}
