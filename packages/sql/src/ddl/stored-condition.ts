// A predicate as text that the database keeps, for policies and functions: nothing is bound when it
// runs, so what a query would bind is written as SQL.
import type { Model } from '@proj/dbal-contract'
import type { Entity, Field, QueryPredicate } from '@proj/dbal-schema'
import { fieldOf, internal, type Scope } from '../compile/compile-context.ts'
import { createContext } from '../compile/create-context.ts'
import { isNothing, printSlots, text, type Slot } from '../compile/sql.ts'
import type { SqlDialect } from '../dialect/dialect.ts'

/** How a param is used: as a value, a pattern for LIKE, or a list as the text of a JSON array. */
export type ParamUse = 'value' | 'pattern' | 'list'

export interface StoredTerms {
  /** A column of the row itself. */
  column(field: Field): string
  /** A scalar expression; it is NULL where the value is absent. */
  param(index: number, use: ParamUse): string
}

/**
 * A condition over a row of the entity; undefined where it always holds. Throws
 * CAPABILITY_NOT_SUPPORTED for what the engine cannot say.
 */
export function storedCondition(
  model: Model,
  entity: Entity,
  dialect: SqlDialect,
  predicate: QueryPredicate,
  terms: StoredTerms,
): string | undefined {
  const context = createContext(model, dialect, () => 'stored')
  const scope: Scope = {
    entity,
    column(name) {
      const field = fieldOf(entity, name)
      return { sql: text(terms.column(field)), shape: field, nullable: field.nullable }
    },
  }
  const print = (slot: Slot): string => {
    switch (slot.kind) {
      case 'constant':
        return dialect.literal(slot.bind)
      case 'param':
        return terms.param(slot.index, slot.pattern === true ? 'pattern' : 'value')
      case 'list':
        return terms.param(slot.index, 'list')
      case 'item':
        throw internal('a stored list has no items')
    }
  }
  const condition = context.predicate(scope, predicate)
  return isNothing(condition) ? undefined : printSlots(condition, print)
}
