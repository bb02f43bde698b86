// A select and the statements of its includes: one for all parents of each included relation.
import {
  pinsOneRow,
  type Model,
  type Params,
  type SelectQuery,
  type Value,
} from '@proj/dbal-contract'
import type { Field, Relation } from '@proj/dbal-schema'
import { KEYS, entityOf, fieldOf, relationOf } from '../compile/compile-context.ts'
import { compileCounts, compileSelect } from '../compile/compile-select.ts'
import { createContext } from '../compile/create-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { byListForms, listParams } from './list-forms.ts'
import { prepare, type Prepared } from './prepared.ts'
import { createRowReader, type ReadRow, type RowColumn } from './read-row.ts'

type ByForms<T> = (params: Params, keys?: readonly Value[]) => T

export interface SelectPlan {
  readonly prepared: Prepared
  readonly read: ReadRow
  readonly keyColumn?: RowColumn
  readonly links: ReadonlyMap<string, RowColumn>
}

export interface SelectTemplate {
  plan: ByForms<SelectPlan>
  readonly includes: readonly IncludePlan[]
}

export interface IncludePlan {
  /** Key in the result. */
  readonly as: string
  readonly isOne: boolean
  readonly rows?: SelectTemplate
  readonly counts?: ByForms<CountPlan>
}

export interface CountPlan {
  readonly prepared: Prepared
  readonly keyColumn: RowColumn
  readonly countCell: number
}

export function createSelectTemplate(
  model: Model,
  dialect: SqlDialect,
  query: SelectQuery,
  key?: Field,
): SelectTemplate {
  const entity = entityOf(model, query.entity)
  const single = key === undefined && pinsOneRow(entity, query.where)
  const compile = byListForms(lists(query, key), (form) => {
    const compiled = compileSelect(createContext(model, dialect, form), query, key?.name)
    return {
      prepared: prepare(dialect, compiled.sql, { bigints: compiled.bigints, single }),
      read: createRowReader(compiled.columns),
      links: compiled.links,
      ...(compiled.keyColumn === undefined ? {} : { keyColumn: compiled.keyColumn }),
    }
  })
  const includes = (query.include ?? []).map((include) => {
    const relation = relationOf(entity, include.relation)
    const target = keyOf(model, relation)
    return {
      as: include.as,
      isOne: relation.cardinality === 'one',
      ...(include.want === 'rows'
        ? { rows: createSelectTemplate(model, dialect, include.query, target) }
        : { counts: createCounts(model, dialect, include.query, target) }),
    }
  })
  return { plan: compile, includes }
}

function createCounts(
  model: Model,
  dialect: SqlDialect,
  query: SelectQuery,
  key: Field,
): ByForms<CountPlan> {
  return byListForms(lists(query, key), (form) => {
    const compiled = compileCounts(createContext(model, dialect, form), query, key.name)
    const { keyColumn, countCell, bigints } = compiled
    return { prepared: prepare(dialect, compiled.sql, { bigints }), keyColumn, countCell }
  })
}

function lists(query: SelectQuery, key: Field | undefined) {
  const own = listParams(query)
  return key === undefined ? own : [...own, { index: KEYS, type: key.type }]
}

function keyOf(model: Model, relation: Relation): Field {
  return fieldOf(entityOf(model, relation.target), relation.to)
}
