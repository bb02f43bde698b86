// What of a contract one principal may know: for clients that bring none of their own. A client needs names
// and types; rules, checks, columns and seeds stay where they are.
import type { Principal } from '@proj/dbal-contract'
import type { Entity, Field, Model, OperationSpec } from '@proj/dbal-schema'
import { policyOf, type PrincipalAccess } from '@proj/dbal-policy'

/** Files of the workspace are the server's own. */
const NOWHERE = { file: '', line: 1, column: 1 }

/** Its `hash` is the whole contract's. */
export function visibleModel(model: Model, principal: Principal): Model {
  return visibleTo(model, policyOf(model).access(principal))
}

function visibleTo(model: Model, access: PrincipalAccess): Model {
  const known = [...model.entities.values()].filter((entity) => access.knows(entity))
  const names = new Set(known.map(({ name }) => name))
  const entities = new Map(
    known.map((entity) => [entity.name, visibleEntity(entity, access, names)] as const),
  )
  return {
    ...model,
    entities,
    accessors: new Map([...entities.values()].map((entity) => [entity.accessor, entity])),
    rules: [],
    capabilities: [],
    seeds: [],
  }
}

function visibleEntity(
  entity: Entity,
  access: PrincipalAccess,
  names: ReadonlySet<string>,
): Entity {
  const own = access.entity(entity)
  const isKnown = (field: string): boolean => entity.primaryKey.includes(field) || own.knows(field)
  return {
    ...entity,
    fields: pick(entity.fields, isKnown, visibleField),
    uniques: entity.uniques.filter((fields) => fields.every(isKnown)),
    relations: pick(entity.relations, (name) => {
      const relation = entity.relations.get(name)
      return relation !== undefined && names.has(relation.target) && access.knowsLink(relation)
    }),
    operations: pick(
      entity.operations,
      (name) => !entity.operations.get(name)?.systemOnly,
      visibleOperation,
    ),
    indexes: [],
    constraints: [],
    security: { ...entity.security, neverExpose: [] },
    source: NOWHERE,
  }
}

/** Of a foreign key the relation tells what a client needs. */
function visibleField(field: Field): Field {
  const { foreignKey: _, ...rest } = field
  return rest
}

function visibleOperation(operation: OperationSpec): OperationSpec {
  const { rowLevelCheck: _, source: _source, ...rest } = operation
  return { ...rest, verbs: [], security: {}, reads: [] }
}

function pick<T>(
  map: ReadonlyMap<string, T>,
  keep: (name: string) => boolean,
  trim: (value: T) => T = (value) => value,
): ReadonlyMap<string, T> {
  return new Map(
    [...map].filter(([name]) => keep(name)).map(([name, value]) => [name, trim(value)] as const),
  )
}
