// What every declaration of one entity is made from.
import type { Entity, Field, Model, Relation } from '@proj/dbal-schema'
import { fieldAccess, type FieldAccess } from './field-access.ts'
import type { FieldScope } from './field-types.ts'
import { typeNames, type DerivedName, type TypeNames } from './type-names.ts'

export interface EntityScope extends FieldScope {
  readonly model: Model
  readonly entity: Entity
  readonly names: TypeNames
  readonly access: FieldAccess
  readonly relations: readonly Relation[]
  /** `UserCreate` of this entity. */
  name(derived: DerivedName): string
}

export function entityScope(model: Model, entity: Entity): EntityScope {
  const names = typeNames(model)
  return {
    model,
    entity,
    names,
    access: fieldAccess(model, entity),
    relations: [...entity.relations.values()].filter(({ target }) => model.entities.has(target)),
    name: (derived) => names.of(entity.name, derived),
  }
}

/** The foreign key behind a relation, on whichever side it is. */
export function keyField(model: Model, relation: Relation): Field | undefined {
  const holder = relation.owning ? relation.entity : relation.target
  const name = relation.owning ? relation.from : relation.to
  return model.entities.get(holder)?.fields.get(name)
}
