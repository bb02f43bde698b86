import type { AggregateQuery, Model, Params } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { compileAggregate, needsMemory } from '../compile/compile-aggregate.ts'
import { entityOf } from '../compile/compile-context.ts'
import { createContext } from '../compile/create-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { byListForms, listParams } from './list-forms.ts'
import { prepare, type Prepared } from './prepared.ts'
import type { GroupColumn } from './read-group.ts'

export interface AggregatePlan {
  readonly prepared: Prepared
  readonly columns: readonly GroupColumn[]
}

export interface AggregateTemplate {
  plan(params: Params): AggregatePlan
  readonly query: AggregateQuery
  readonly entity: Entity
  readonly model: Model
  /** HAVING, order and page are applied to the groups in memory. */
  readonly finishedInMemory: boolean
}

export function createAggregateTemplate(
  model: Model,
  dialect: SqlDialect,
  query: AggregateQuery,
): AggregateTemplate {
  const finishedInMemory = needsMemory({ model, dialect }, query)
  const plan = byListForms(listParams(query), (form) => {
    const context = createContext(model, dialect, form)
    const { sql, columns, bigints } = compileAggregate(context, query, finishedInMemory)
    return { prepared: prepare(dialect, sql, { bigints }), columns }
  })
  return { plan, query, entity: entityOf(model, query.entity), model, finishedInMemory }
}
