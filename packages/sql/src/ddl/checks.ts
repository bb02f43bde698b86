// CHECK constraints: what a column's type leaves open, an enum's values, the entity's own constraints.
import type { Model } from '@proj/dbal-contract'
import type { Constraint, Entity, Field, RulePredicate, QueryPredicate } from '@proj/dbal-schema'
import type { SqlDialect } from '../dialect/dialect.ts'
import { constraintName } from './constraint-name.ts'
import { storedCondition } from './stored-condition.ts'

export interface Check {
  readonly name: string
  readonly condition: string
}

/** `CONSTRAINT "users_age_type" CHECK (…)`. */
export function checkClause(check: Check, dialect: SqlDialect): string {
  return `CONSTRAINT ${dialect.quote(check.name)} CHECK (${check.condition})`
}

/** Of one column; none where the engine's type says it all. */
export function columnChecks(entity: Entity, field: Field, dialect: SqlDialect): readonly Check[] {
  const column = dialect.quote(field.column)
  const checks: Check[] = []
  const type = dialect.columnCheck(field, column)
  if (type !== undefined) checks.push({ name: typeCheckName(entity, field), condition: type })
  if (field.type === 'enum' && field.values !== undefined) {
    const values = field.values.map((value) => dialect.literal(value)).join(', ')
    checks.push({ name: enumCheckName(entity, field), condition: `${column} IN (${values})` })
  }
  return checks
}

export function entityChecks(model: Model, entity: Entity, dialect: SqlDialect): readonly Check[] {
  return entity.constraints.flatMap((constraint) => {
    const condition = rowCondition(model, entity, dialect, constraint.check)
    return condition === undefined ? [] : [{ name: entityCheckName(entity, constraint), condition }]
  })
}

export function typeCheckName(entity: Entity, field: Field): string {
  return constraintName([entity.table, field.column], 'type')
}

export function enumCheckName(entity: Entity, field: Field): string {
  return constraintName([entity.table, field.column], 'values')
}

export function entityCheckName(entity: Entity, constraint: Constraint): string {
  return constraintName([entity.table, constraint.name], 'check')
}

/** A predicate over one row's own fields and literals, as text; undefined where it always holds. */
export function rowCondition(
  model: Model,
  entity: Entity,
  dialect: SqlDialect,
  predicate: RulePredicate,
): string | undefined {
  // The loader lets constraints and partial indexes name fields and literals only.
  return storedCondition(model, entity, dialect, predicate as QueryPredicate, {
    column: (field) => dialect.quote(field.column),
    param: () => {
      throw new Error('a table definition takes no parameters')
    },
  })
}
