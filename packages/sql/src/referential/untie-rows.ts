// Undoes the references of rows that are about to go to others that go with them, themselves included (MUT-41).
import type { Model, Params, QueryResult, SelectQuery, Value } from '@proj/dbal-contract'
import type { Entity, QueryPredicate } from '@proj/dbal-schema'
import { entityOf, fieldOf } from '../compile/compile-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { runChange } from '../execute/run-change.ts'
import { runSelect, type Call } from '../execute/run-select.ts'
import { createChangeTemplate } from '../plan/change-plan.ts'
import { identityOf } from '../plan/identity.ts'
import { createSelectTemplate } from '../plan/select-plan.ts'
import { createReferences, type Values } from './references.ts'
import { cascadesFrom, tiesOfDelete, type CascadeStep } from './ties.ts'
import { present } from './written-keys.ts'

export interface Untying {
  /** What has to be known of the entity's own rows. */
  readonly fields: readonly string[]
  /** Undefined where none of the rows that go is tied to another. */
  find(call: Call, rows: readonly Values[]): Promise<Tied | undefined>
}

export interface Tied {
  /** Unties the rows, and deletes the entity's by their keys: no condition would find them as it did. */
  remove(): Promise<QueryResult>
}

/** Undefined where nothing that goes with the entity's rows can be tied to another. */
export function createUntying(
  model: Model,
  dialect: SqlDialect,
  entity: Entity,
): Untying | undefined {
  const ties = tiesOfDelete(model, entity)
  if (ties.length === 0) return undefined
  const { referencedFields } = createReferences(model, dialect)
  const fieldsOf = (each: Entity): readonly string[] => {
    const own = ties.filter(({ child }) => child === each).map(({ field }) => field.name)
    return [...new Set([...each.primaryKey, ...referencedFields(each), ...own])]
  }
  const steps = cascadesFrom(model, entity).map((step) => {
    const query = lockedChildren(step, fieldsOf(step.child))
    return { ...step, template: createSelectTemplate(model, dialect, query) }
  })
  const untied = ties.map(({ child, field }) => {
    const set = [{ kind: 'set', field: field.name, value: nothing(field.type) }] as const
    const query = { kind: 'update', entity: child.name, set, where: amongKeys(child) } as const
    return { child, field, template: createChangeTemplate(model, dialect, query) }
  })
  const removal = createChangeTemplate(model, dialect, {
    kind: 'delete',
    entity: entity.name,
    where: amongKeys(entity),
  })

  /** All rows that go, by entity; all of them are locked, so that none is untied that somebody keeps from going. */
  async function collect(call: Call, rows: readonly Values[]): Promise<Map<Entity, Values[]>> {
    const going = new Map([[entity, [...rows]]])
    const known = new Set(rows.map((row) => nameOf(entity, row)))
    const queue = [{ parent: entity, rows }]
    for (const { parent, rows: gone } of queue) {
      for (const { child, field, template } of steps.filter((step) => step.parent === parent)) {
        const values = present(gone.map((row) => row[field.foreignKey.field]))
        if (values.length === 0) continue
        const found = await runSelect({ ...call, params: [values] }, template)
        const fresh = (found.rows as readonly Values[]).filter((row) => {
          return !known.has(nameOf(child, row))
        })
        for (const row of fresh) known.add(nameOf(child, row))
        going.set(child, [...(going.get(child) ?? []), ...fresh])
        queue.push({ parent: child, rows: fresh })
      }
    }
    return going
  }

  return {
    fields: fieldsOf(entity),
    find: async (call, rows) => {
      const going = await collect(call, rows)
      const tied = untied.map(({ child, field, template }) => {
        const { entity: parent, field: key } = field.foreignKey
        const identity = (value: Value | undefined) => identityOf(field.type, value ?? null)
        const parents = going.get(entityOf(model, parent)) ?? []
        const held = new Set(present(parents.map((row) => row[key])).map(identity))
        const children = (going.get(child) ?? []).filter((row) => {
          return row[field.name] !== null && held.has(identity(row[field.name]))
        })
        return { template, calls: keyParams(child, children) }
      })
      if (tied.every(({ calls }) => calls.length === 0)) return undefined
      const remove = async (): Promise<QueryResult> => {
        for (const { template, calls } of tied)
          for (const params of calls) await runChange({ ...call, params }, template)
        let count = 0
        for (const params of keyParams(entity, rows))
          count += (await runChange({ ...call, params }, removal)).count
        return { rows: [], count }
      }
      return { remove }
    },
  }
}

/** The rows that go with those of the parent. */
function lockedChildren({ child, field }: CascadeStep, fields: readonly string[]): SelectQuery {
  const { name, type } = field
  const left = { kind: 'field', path: [], field: name, type } as const
  const list = { kind: 'param', index: 0, type, list: true } as const
  const where = { kind: 'in', left, list } as const
  return { kind: 'select', entity: child.name, fields, where, sort: [], forUpdate: true }
}

function nameOf(entity: Entity, row: Values): string {
  const key = entity.primaryKey.map((name) =>
    String(identityOf(fieldOf(entity, name).type, row[name] ?? null)),
  )
  return JSON.stringify([entity.name, ...key])
}

function nothing(type: KeyType) {
  return { kind: 'param', index: 0, type } as const
}

type KeyType = ReturnType<typeof fieldOf>['type']

/** Keys of one field travel as a list; others, and bytes, which have no list form of any length, one by one. */
function isListed({ primaryKey, fields }: Entity): boolean {
  return primaryKey.length === 1 && fields.get(primaryKey[0] ?? '')?.type !== 'bytes'
}

/** The rows of `keyParams`. */
function amongKeys(entity: Entity): QueryPredicate {
  const terms = entity.primaryKey.map((name, at): QueryPredicate => {
    const { type } = fieldOf(entity, name)
    const left = { kind: 'field', path: [], field: name, type } as const
    const param = { kind: 'param', index: at + 1, type } as const
    return isListed(entity)
      ? { kind: 'in', left, list: { ...param, list: true } }
      : { kind: 'compare', op: '=', left, right: param }
  })
  return { kind: 'and', terms }
}

/** The params of each statement; the first is the NULL that an update sets. */
function keyParams(entity: Entity, rows: readonly Values[]): readonly Params[] {
  const keys = rows.map((row) => entity.primaryKey.map((name) => row[name] as Value))
  if (!isListed(entity)) return keys.map((key) => [null, ...key])
  return keys.length === 0 ? [] : [[null, keys.map(([key]) => key as Value)]]
}
