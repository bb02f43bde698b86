// UPDATE and DELETE by query shape, and the selects around them where the engine answers no rows.
import type {
  DeleteQuery,
  Model,
  Params,
  SelectQuery,
  SortTerm,
  UpdateQuery,
  Value,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { compileDelete, compileUpdate, type CompiledChange } from '../compile/compile-change.ts'
import { KEYS, type ListForm } from '../compile/compile-context.ts'
import { createContext } from '../compile/create-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { byListForms, listParams, type ListParam } from './list-forms.ts'
import { prepare, type Prepared } from './prepared.ts'
import { createRowReader, type ReadRow, type RowColumn } from './read-row.ts'

export interface ChangePlan {
  readonly prepared: Prepared
  readonly read: ReadRow
  readonly keys: readonly RowColumn[]
  readonly answersRows: boolean
}

export interface ChangeTemplate {
  /** `keys` are those that `amongRows` asks for. */
  plan(params: Params, keys?: readonly Value[]): ChangePlan
}

export function createChangeTemplate(
  model: Model,
  dialect: SqlDialect,
  query: UpdateQuery | DeleteQuery,
): ChangeTemplate {
  return changeTemplate(dialect, query, listParams(query), (form) => {
    const context = createContext(model, dialect, form)
    return query.kind === 'update' ? compileUpdate(context, query) : compileDelete(context, query)
  })
}

/** Of a statement that does what `query` asks for, and maybe more: `lists` are those of all of it. */
export function changeTemplate(
  dialect: SqlDialect,
  query: UpdateQuery | DeleteQuery,
  lists: readonly ListParam[],
  compile: (form: (index: number) => ListForm) => CompiledChange,
): ChangeTemplate {
  const plan = byListForms(lists, (form) => {
    const compiled = compile(form)
    return {
      prepared: prepare(dialect, compiled.sql, {
        bigints: compiled.bigints,
        writes: compiled.table,
      }),
      read: createRowReader(compiled.columns),
      keys: compiled.keys,
      answersRows: query.returning !== undefined && dialect.returning,
    }
  })
  return { plan }
}

/** The rows a change will touch, locked until it has. */
export function touchedRows(
  entity: Entity,
  query: UpdateQuery | DeleteQuery,
  fields: readonly string[],
): SelectQuery {
  return {
    kind: 'select',
    entity: entity.name,
    fields,
    where: query.where,
    sort: keySort(entity),
    forUpdate: true,
  }
}

/** The query for those rows alone whose keys travel with the call. */
export function amongRows<Q extends UpdateQuery | DeleteQuery>(entity: Entity, query: Q): Q {
  const [field = ''] = entity.primaryKey
  const { type = 'string' } = entity.fields.get(field) ?? {}
  // A long list of these has no form.
  if (type === 'bytes') return query
  const left = { kind: 'field', path: [], field, type } as const
  const list = { kind: 'param', index: KEYS, type, list: true } as const
  return { ...query, where: { kind: 'and', terms: [query.where, { kind: 'in', left, list }] } }
}

/** By primary key. */
function keySort(entity: Entity): readonly SortTerm[] {
  return entity.primaryKey.map((field) => ({
    operand: { kind: 'field', path: [], field, type: entity.fields.get(field)?.type ?? 'text' },
    direction: 'asc',
    nulls: 'last',
  }))
}

/** One row by its primary key, whose values are the params. */
export function rowByKey(entity: Entity, fields: readonly string[]): SelectQuery {
  return {
    kind: 'select',
    entity: entity.name,
    fields,
    sort: [],
    where: {
      kind: 'and',
      terms: entity.primaryKey.map((field, index) => {
        const type = entity.fields.get(field)?.type ?? 'text'
        return {
          kind: 'compare',
          op: '=',
          left: { kind: 'field', path: [], field, type },
          right: { kind: 'param', index, type },
        }
      }),
    },
  }
}
