// What is asked of the store to explain an error.
import type { Model, Params, QueryPredicate, SelectQuery } from '@proj/dbal-contract'
import type { SqlDialect } from '../dialect/dialect.ts'
import type { SqlSession } from '../driver/driver.ts'
import { createSelectTemplate } from '../plan/select-plan.ts'
import { runSelect } from './run-select.ts'

export interface Questions {
  readonly model: Model
  readonly dialect: SqlDialect
  /** Where questions may be asked; none inside a transaction that the failure has ended. */
  readonly session: SqlSession | undefined
}

/** No rows where nothing can be asked. */
export async function selectRows(
  { model, dialect, session }: Questions,
  params: Params,
  entity: string,
  fields: readonly string[],
  where: QueryPredicate,
) {
  if (session === undefined) return []
  const query: SelectQuery = { kind: 'select', entity, fields, where, sort: [] }
  const template = createSelectTemplate(model, dialect, query)
  return (await runSelect({ session, params, signal: undefined }, template)).rows
}
