// What a compilation shares: the model, the dialect, names for tables and the sizes of the lists.
import { DBALError, type Model } from '@proj/dbal-contract'
import type { Entity, Field, QueryPredicate, Relation } from '@proj/dbal-schema'
import type { SqlDialect, ValueShape } from '../dialect/dialect.ts'
import { text, type Sql } from './sql.ts'

/**
 * How a list parameter is bound: so many placeholders, one JSON text, or not at all because the list
 * itself is absent. `stored`: one JSON text that the statement finds out itself, NULL where it is absent.
 */
export type ListForm = number | 'json' | 'absent' | 'stored'

export interface CompileContext {
  readonly model: Model
  readonly dialect: SqlDialect
  /** By parameter index; `KEYS` stands for the parents' keys of an include. */
  listForm(index: number): ListForm
  nextAlias(): Sql
  /** A condition; nothing where it always holds. */
  predicate(scope: Scope, predicate: QueryPredicate): Sql
}

/** The list that is no parameter: the keys of the rows an include is fetched for. */
export const KEYS = -1

export interface Column {
  readonly sql: Sql
  readonly shape: ValueShape
  readonly nullable: boolean
}

/** What field names stand for: a table's row, or a group of an aggregate. */
export interface Scope {
  readonly entity: Entity
  column(name: string): Column
}

export function tableScope(
  context: CompileContext,
  entity: Entity,
  alias: Sql,
): Scope & { readonly alias: Sql } {
  return {
    entity,
    alias,
    column(name) {
      const field = fieldOf(entity, name)
      return { sql: columnSql(context, alias, field), shape: field, nullable: field.nullable }
    },
  }
}

export function columnSql({ dialect }: CompileContext, alias: Sql, field: Field): Sql {
  return { parts: [...alias.parts, `.${dialect.quote(field.column)}`] }
}

export function tableSql({ dialect }: CompileContext, entity: Entity): Sql {
  return text(dialect.quote(entity.table))
}

export function entityOf(model: Model, name: string): Entity {
  const entity = model.entities.get(name)
  if (entity === undefined) throw internal('a query names an unknown entity')
  return entity
}

export function fieldOf(entity: Entity, name: string): Field {
  const field = entity.fields.get(name)
  if (field === undefined) throw internal('a query names an unknown field')
  return field
}

export function relationOf(entity: Entity, name: string): Relation {
  const relation = entity.relations.get(name)
  if (relation === undefined) throw internal('a query names an unknown relation')
  return relation
}

/** A fault of the caller of this package, not of the user. */
export function internal(reason: string): DBALError {
  return new DBALError('INTERNAL_ERROR', { details: { reason } })
}
