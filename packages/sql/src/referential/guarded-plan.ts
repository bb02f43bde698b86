// The plan of a write on an engine without foreign keys: the write and what its references ask for.
import {
  unsupported,
  type DeleteQuery,
  type InsertQuery,
  type Model,
  type QueryResult,
  type UpdateQuery,
  type Value,
} from '@proj/dbal-contract'
import { entityOf } from '../compile/compile-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { runSelect, type Call } from '../execute/run-select.ts'
import { identityOf } from '../plan/identity.ts'
import type { QueryPlan } from '../plan/plan.ts'
import { createSelectTemplate } from '../plan/select-plan.ts'
import {
  checkParents,
  followLosses,
  lostFields,
  rowsBefore,
  type Loss,
} from './referential-actions.ts'
import { createReferences, type References } from './references.ts'
import { writtenKeys, writtenValues } from './written-keys.ts'

const known = new WeakMap<Model, WeakMap<SqlDialect, References>>()

function referencesOf(model: Model, dialect: SqlDialect): References {
  const byDialect = known.get(model) ?? new WeakMap<SqlDialect, References>()
  known.set(model, byDialect)
  const references = byDialect.get(dialect) ?? createReferences(model, dialect)
  byDialect.set(dialect, references)
  return references
}

/** The plan itself where the query has nothing to do with foreign keys. */
export function guardReferences(
  model: Model,
  dialect: SqlDialect,
  query: InsertQuery | UpdateQuery | DeleteQuery,
  plan: QueryPlan,
): QueryPlan {
  const references = referencesOf(model, dialect)
  const entity = entityOf(model, query.entity)
  const keys = query.kind === 'delete' ? [] : writtenKeys(entity, query)
  const lost = query.kind === 'insert' ? [] : lostFields(references, entity, query)
  if (keys.length === 0 && lost.length === 0) return plan

  const before =
    query.kind === 'insert' || lost.length === 0
      ? undefined
      : createSelectTemplate(model, dialect, rowsBefore(entity, query, lost))

  async function run(call: Call): Promise<QueryResult> {
    const rows = before === undefined ? [] : (await runSelect(call, before)).rows
    const losses = lost.map((field): Loss => {
      const values = rows.map((row) => row[field] as Value).filter((value) => value !== null)
      return lossOf(field, values, call)
    })
    const result = await plan.run(call)
    await followLosses(call, references, losses)
    if (query.kind === 'delete' || result.count === 0) return result
    const parents = keys.map((field) => {
      const parent = entityOf(model, field.foreignKey.entity)
      const values = writtenValues(query, call.params, field)
      if (values === undefined)
        throw unsupported('relations', `a computed foreign key cannot be checked: ${field.name}`)
      return [field, { entity: parent, values }] as const
    })
    await checkParents(call, references, new Map(parents))
    return result
  }

  function lossOf(field: string, values: readonly Value[], { params }: Call): Loss {
    const loss = { entity, field, values, blame: field, depth: 0 }
    if (query.kind !== 'update') return loss
    const assignment = query.set.find((one) => one.field === field)
    if (assignment?.kind !== 'set' || assignment.value.kind !== 'param')
      throw unsupported('relations', `a computed key that others refer to: ${field}`)
    const { index, type } = assignment.value
    const replacement = (params[index] ?? null) as Value
    const kept = identityOf(type, replacement)
    return {
      ...loss,
      values: values.filter((value) => identityOf(type, value) !== kept),
      replacement,
    }
  }

  return { surrounding: () => 'transaction', run }
}
