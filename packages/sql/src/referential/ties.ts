// References that keep rows from going although the rows they refer to go with them. Engines that look at references
// once a statement is through never meet one; to those that look at each row as it goes it is a hindrance.
import { operandsOf, partsOf, type Model } from '@proj/dbal-contract'
import type { Entity, QueryOperand, QueryPredicate } from '@proj/dbal-schema'
import { entityOf } from '../compile/compile-context.ts'
import { isKeyField, type KeyField } from './written-keys.ts'

export interface Tie {
  readonly child: Entity
  readonly field: KeyField
}

/** Ties among the rows that a delete takes away with the entity's. */
export function tiesOfDelete(model: Model, entity: Entity): readonly Tie[] {
  const reached = new Set([entity, ...cascadesFrom(model, entity).map(({ child }) => child)])
  return [...reached].flatMap((child) =>
    [...child.fields.values()].filter(isKeyField).flatMap((field) => {
      const { entity: parent, onDelete } = field.foreignKey
      const hinders = onDelete === 'restrict' || onDelete === 'no_action'
      return hinders && reached.has(entityOf(model, parent)) ? [{ child, field }] : []
    }),
  )
}

/** A key by which rows of the child go with rows of the parent. */
export interface CascadeStep extends Tie {
  readonly parent: Entity
}

/** All steps by which a delete of the entity's rows can spread. */
export function cascadesFrom(model: Model, entity: Entity): readonly CascadeStep[] {
  const steps: CascadeStep[] = []
  const reached = new Set([entity])
  for (const parent of reached) {
    for (const child of model.entities.values()) {
      for (const field of [...child.fields.values()].filter(isKeyField)) {
        const { entity: name, onDelete } = field.foreignKey
        if (name !== parent.name || onDelete !== 'cascade') continue
        steps.push({ child, field, parent })
        reached.add(child)
      }
    }
  }
  return steps
}

/** Whether the reference can be undone without another rule of the contract having a say in it. */
export function canBeUndone({
  child: { constraints, indexes },
  field: { name, nullable },
}: Tie): boolean {
  const rules = [...constraints.map(({ check }) => check), ...indexes.map(({ where }) => where)]
  return (
    nullable && !rules.some((rule) => rule !== undefined && mentions(rule as QueryPredicate, name))
  )
}

function mentions(rule: QueryPredicate, name: string): boolean {
  return (
    operandsOf<QueryOperand>(rule).some(
      (operand) => operand.kind === 'field' && operand.field === name,
    ) || partsOf(rule).some((part) => mentions(part, name))
  )
}
