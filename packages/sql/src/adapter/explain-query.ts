import type { Model, Query } from '@proj/dbal-contract'
import { compileAggregate, needsMemory } from '../compile/compile-aggregate.ts'
import { compileDelete, compileUpdate } from '../compile/compile-change.ts'
import { entityOf, relationOf } from '../compile/compile-context.ts'
import { compileCounts, compileSelect } from '../compile/compile-select.ts'
import { createContext } from '../compile/create-context.ts'
import { printSql, type Sql } from '../compile/sql.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { createInsertPlan } from '../plan/insert-plan.ts'

/** The SQL of a query, that of its includes after it; lists are shown with one value. */
export function explainQuery(
  model: Model,
  dialect: SqlDialect,
  query: Query,
  keyField?: string,
): readonly string[] {
  const context = createContext(model, dialect, () => 1)
  const print = (fragment: Sql): string => printSql(fragment, dialect.placeholder).text
  switch (query.kind) {
    case 'insert':
      return [createInsertPlan(model, dialect, query).statement(1).text]
    case 'update':
      return [print(compileUpdate(context, query).sql)]
    case 'delete':
      return [print(compileDelete(context, query).sql)]
    case 'aggregate': {
      const inMemory = needsMemory(context, query)
      return [print(compileAggregate(context, query, inMemory).sql)]
    }
    case 'select': {
      const entity = entityOf(model, query.entity)
      const includes = (query.include ?? []).flatMap(({ relation, want, query: inner }) => {
        const { to } = relationOf(entity, relation)
        if (want === 'rows') return explainQuery(model, dialect, inner, to)
        const counts = compileCounts(
          createContext(model, dialect, () => 1),
          inner,
          to,
        )
        return [print(counts.sql)]
      })
      return [print(compileSelect(context, query, keyField).sql), ...includes]
    }
  }
}
