import {
  conjuncts,
  isLocal,
  unsupported,
  type DeleteQuery,
  type Model,
  type Query,
  type QueryPredicate,
  type UpdateQuery,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { entityOf } from '../compile/compile-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import type { SqlDriver } from '../driver/driver.ts'
import { runAggregate } from '../execute/run-aggregate.ts'
import { runChange, runUpdateElseInsert } from '../execute/run-change.ts'
import { countRows, insertMany, insertOne } from '../execute/run-insert.ts'
import { createLockedChange } from '../execute/run-locked-change.ts'
import { runSelect } from '../execute/run-select.ts'
import { cascadesToItself } from '../referential/cascades-to-itself.ts'
import { guardReferences } from '../referential/guarded-plan.ts'
import { createSweeping } from '../referential/sweep-rows.ts'
import { createUntying, type Untying } from '../referential/untie-rows.ts'
import { createAggregateTemplate } from './aggregate-plan.ts'
import { createChangeTemplate } from './change-plan.ts'
import { createInsertPlan } from './insert-plan.ts'
import type { QueryPlan } from './plan.ts'
import { pointKeys } from './point-read.ts'
import { createSelectTemplate } from './select-plan.ts'
import { withinDepth } from './within-depth.ts'

export interface PlanOptions {
  readonly model: Model
  readonly dialect: SqlDialect
  readonly driver: SqlDriver
}

export function createQueryPlan(options: PlanOptions, query: Query): QueryPlan {
  const { model, dialect } = options
  const plan = withinDepth(model, dialect, query, createPlainPlan(options, query))
  if (dialect.foreignKeys || query.kind === 'select' || query.kind === 'aggregate') return plan
  return guardReferences(model, dialect, query, plan)
}

function createPlainPlan(options: PlanOptions, query: Query): QueryPlan {
  const { model, dialect } = options
  switch (query.kind) {
    case 'select': {
      const template = createSelectTemplate(model, dialect, query)
      const surrounding = template.includes.length === 0 ? 'none' : 'snapshot'
      const keys = options.driver.remote === true ? pointKeys(model, dialect, query) : []
      const [first, ...others] = keys
      return {
        surrounding: () => surrounding,
        run: (call) => runSelect(call, template),
        locks: query.forUpdate === true,
        ...(first === undefined ? {} : { pointKeys: [first, ...others] }),
      }
    }
    case 'aggregate': {
      const template = createAggregateTemplate(model, dialect, query)
      return { surrounding: () => 'none', run: (call) => runAggregate(call, template) }
    }
    case 'insert': {
      const plan = createInsertPlan(model, dialect, query)
      const { savepoints, checksByRow: byRow } = dialect
      const many = { driver: options.driver, savepoints, byRow }
      return {
        surrounding: (params) => (countRows(plan, params) === 1 ? 'none' : 'transaction'),
        run: (call) =>
          countRows(plan, call.params) === 1 ? insertOne(call, plan) : insertMany(call, plan, many),
      }
    }
    case 'update':
    case 'delete': {
      const entity = entityOf(model, query.entity)
      const sweeps =
        query.kind === 'delete' && dialect.cascadesAtOnce && cascadesToItself(model, entity)
      const isAnswered = query.returning === undefined || dialect.returning
      const isSettled = !dialect.rowLocks || isLocal(query.where)
      const untying = query.kind === 'delete' ? untyingOf(options, entity, query) : undefined
      const isPlain = !sweeps && untying === undefined && isAnswered && isSettled
      const stores = query.kind === 'update' && query.otherwise !== undefined
      if (stores && !(isPlain && dialect.changesInWith && query.returning !== undefined))
        throw unsupported('update', 'it cannot store a row as well')
      if (isPlain) {
        const template = createChangeTemplate(model, dialect, query)
        const run = stores ? runUpdateElseInsert : runChange
        return { surrounding: () => 'none', run: (call) => run(call, template) }
      }
      const run = createLockedChange(options, entity, query, { sweeps, untying })
      const isolated = isolatedDelete(options, entity, query)
      return { surrounding: () => 'transaction', run, locks: true, ...isolated }
    }
  }
}

/** A deletion of what nobody refers to, where the engine sees to it that nobody does until it is done. */
function isolatedDelete(
  { model, dialect }: PlanOptions,
  entity: Entity,
  query: UpdateQuery | DeleteQuery,
): Pick<QueryPlan, 'isolated'> {
  if (query.kind !== 'delete' || query.alone !== true || query.returning !== undefined) return {}
  const isWatched = conjuncts(query.where).every(
    (term) => isLocal(term) || isChildless(entity, term),
  )
  if (!dialect.keysKeepToState || !isWatched) return {}
  const template = createChangeTemplate(model, dialect, query)
  return {
    isolated: (params) => {
      const { statement, bind } = template.plan(params).prepared
      return { statement, binds: bind(params) }
    },
  }
}

/** No row refers to this one by a foreign key, at all. */
function isChildless(entity: Entity, predicate: QueryPredicate): boolean {
  if (predicate.kind !== 'not' || predicate.term.kind !== 'exists') return false
  const { relation, where } = predicate.term
  return where.kind === 'true' && entity.relations.get(relation)?.owning === false
}

/** Undefined where rows that go together do not hinder each other. */
function untyingOf(
  { model, dialect }: PlanOptions,
  entity: Entity,
  query: DeleteQuery,
): Untying | undefined {
  if (dialect.checksByRow) return createUntying(model, dialect, entity)
  return dialect.checksByCascade ? createSweeping(model, dialect, entity, query) : undefined
}
