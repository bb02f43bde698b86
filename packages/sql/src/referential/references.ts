// Foreign keys as seen from the field they point at, and the statements that follow them.
import type { Model, Params, Query, QueryResult, Value } from '@proj/dbal-contract'
import type { Entity, QueryPredicate } from '@proj/dbal-schema'
import type { SqlDialect } from '../dialect/dialect.ts'
import { runChange } from '../execute/run-change.ts'
import { runSelect, type Call } from '../execute/run-select.ts'
import { createChangeTemplate } from '../plan/change-plan.ts'
import { createSelectTemplate } from '../plan/select-plan.ts'
import { isKeyField, type KeyField } from './written-keys.ts'

export interface Reference {
  readonly child: Entity
  readonly field: KeyField
}

export interface References {
  /** In the order of the model. */
  referencesTo(entity: Entity, field: string): readonly Reference[]
  /** Fields of the entity that others refer to. */
  referencedFields(entity: Entity): readonly string[]
  /** Values of `fields` in the rows whose `key` is among `values`. */
  select(
    call: Call,
    entity: Entity,
    fields: readonly string[],
    key: string,
    values: readonly Value[],
  ): Promise<readonly Values[]>
  remove(call: Call, entity: Entity, key: string, values: readonly Value[]): Promise<void>
  /** Sets the field to `value` where it is among `values`. */
  replace(
    call: Call,
    entity: Entity,
    field: string,
    value: Value,
    values: readonly Value[],
  ): Promise<void>
}

export type Values = Readonly<Record<string, Value>>

export function createReferences(model: Model, dialect: SqlDialect): References {
  const found = new Map<string, Reference[]>()
  for (const child of model.entities.values()) {
    for (const field of child.fields.values()) {
      if (!isKeyField(field)) continue
      const key = nameOf(field.foreignKey.entity, field.foreignKey.field)
      found.set(key, [...(found.get(key) ?? []), { child, field }])
    }
  }
  const runners = new Map<string, (call: Call) => Promise<QueryResult>>()

  /** Plans are kept by what they do, as those of queries are by identity. */
  function run(call: Call, name: string, params: Params, query: () => Query): Promise<QueryResult> {
    let runner = runners.get(name)
    if (runner === undefined) {
      runner = createRunner(model, dialect, query())
      runners.set(name, runner)
    }
    return runner({ ...call, params })
  }

  return {
    referencesTo: (entity, field) => found.get(nameOf(entity.name, field)) ?? [],
    referencedFields: (entity) =>
      [...entity.fields.keys()].filter((name) => found.has(nameOf(entity.name, name))),
    async select(call, entity, fields, key, values) {
      const name = ['select', entity.name, key, ...fields].join(' ')
      const { rows } = await run(call, name, [values], () => ({
        kind: 'select',
        entity: entity.name,
        fields,
        where: among(entity, key),
        sort: [],
      }))
      return rows as readonly Values[]
    },
    async remove(call, entity, key, values) {
      await run(call, `delete ${entity.name} ${key}`, [values], () => ({
        kind: 'delete',
        entity: entity.name,
        where: among(entity, key),
      }))
    },
    async replace(call, entity, field, value, values) {
      const type = entity.fields.get(field)?.type ?? 'text'
      await run(call, `update ${entity.name} ${field}`, [values, value], () => ({
        kind: 'update',
        entity: entity.name,
        set: [{ kind: 'set', field, value: { kind: 'param', index: 1, type } }],
        where: among(entity, field),
      }))
    },
  }
}

function nameOf(entity: string, field: string): string {
  return `${entity} ${field}`
}

function among(entity: Entity, field: string): QueryPredicate {
  const type = entity.fields.get(field)?.type ?? 'text'
  return {
    kind: 'in',
    left: { kind: 'field', path: [], field, type },
    list: { kind: 'param', index: 0, type, list: true },
  }
}

function createRunner(
  model: Model,
  dialect: SqlDialect,
  query: Query,
): (call: Call) => Promise<QueryResult> {
  if (query.kind === 'select') {
    const template = createSelectTemplate(model, dialect, query)
    return async (call) => runSelect(call, template)
  }
  if (query.kind !== 'update' && query.kind !== 'delete') throw new TypeError('no such runner')
  const template = createChangeTemplate(model, dialect, query)
  return async (call) => runChange(call, template)
}
