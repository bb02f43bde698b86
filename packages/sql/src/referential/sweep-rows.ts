// For an engine whose cascades are statements of their own, after each of which it looks at references: all rows that
// go are deleted by one statement, so that none of them is met by a check (MUT-41).
import { countParams, type DeleteQuery, type Model, type Value } from '@proj/dbal-contract'
import type { Entity, QueryPredicate } from '@proj/dbal-schema'
import { compileDelete } from '../compile/compile-change.ts'
import { createContext } from '../compile/create-context.ts'
import { join, sql, text } from '../compile/sql.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { runChange } from '../execute/run-change.ts'
import { amongRows, changeTemplate, type ChangeTemplate } from '../plan/change-plan.ts'
import { listParams } from '../plan/list-forms.ts'
import { createGoing, tiedRows, type GoingRows } from './going-rows.ts'
import { tiesOfDelete, type CascadeStep, type Tie } from './ties.ts'
import type { Untying } from './untie-rows.ts'
import { present } from './written-keys.ts'

/** Undefined where nothing that goes with the entity's rows can be met by a check. */
export function createSweeping(
  model: Model,
  dialect: SqlDialect,
  entity: Entity,
  query: DeleteQuery,
): Untying | undefined {
  const ties = tiesOfDelete(model, entity)
  const { fields, steps, collect } = createGoing(model, dialect, entity, ties)
  // What is tied within the entity alone goes by one statement anyway.
  const isAlone = steps.every(({ child }) => child !== entity)
  const met = ties.filter((tie) => !(isAlone && isWithin(tie, entity)))
  if (met.length === 0) return undefined
  const base = countParams(query)
  const template = sweepTemplate(model, dialect, amongRows(entity, query), { base, steps })
  return {
    fields,
    find: async (call, rows) => {
      const going = await collect(call, rows)
      if (met.every((tie) => tiedRows(model, going, tie).length === 0)) return undefined
      const own = Array.from({ length: base }, (_, at) => call.params[at])
      const params = [...own, ...steps.map((step) => valuesOf(going, step))]
      return {
        remove: async (keys) => runChange({ ...call, params }, template, keys),
        judgesAnew: false,
      }
    },
  }
}

function isWithin({ child, field }: Tie, entity: Entity): boolean {
  return child === entity && field.foreignKey.entity === entity.name
}

function valuesOf(going: GoingRows, { parent, field }: CascadeStep): readonly Value[] {
  return present((going.get(parent) ?? []).map((row) => row[field.foreignKey.field]))
}

interface Swept {
  /** Position of the first step's list. */
  readonly base: number
  readonly steps: readonly CascadeStep[]
}

function sweepTemplate(
  model: Model,
  dialect: SqlDialect,
  query: DeleteQuery,
  { base, steps }: Swept,
): ChangeTemplate {
  const children = [...new Set(steps.map(({ child }) => child))]
  const others = children.map((child): DeleteQuery => {
    const terms = steps.flatMap((step, at) =>
      step.child === child ? [among(step, base + at)] : [],
    )
    return { kind: 'delete', entity: child.name, where: { kind: 'or', terms } }
  })
  return changeTemplate(dialect, query, [query, ...others].flatMap(listParams), (form) => {
    const context = createContext(model, dialect, form)
    const gone = others.map((other, at) => {
      return sql`${text(dialect.quote(`gone${at}`))} AS (${compileDelete(context, other).sql})`
    })
    const own = compileDelete(context, query)
    return { ...own, sql: sql`WITH ${join(gone, ', ')} ${own.sql}` }
  })
}

function among({ field: { name, type } }: CascadeStep, index: number): QueryPredicate {
  const left = { kind: 'field', path: [], field: name, type } as const
  return { kind: 'in', left, list: { kind: 'param', index, type, list: true } }
}
