// The rows that a delete takes along by cascades, found before it runs, and the references among them that would hinder it.
import type { Model, SelectQuery, Value } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import { entityOf, fieldOf } from '../compile/compile-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { runSelect, type Call } from '../execute/run-select.ts'
import { identityOf } from '../plan/identity.ts'
import { createSelectTemplate } from '../plan/select-plan.ts'
import { createReferences, type Values } from './references.ts'
import { cascadesFrom, type CascadeStep, type Tie } from './ties.ts'
import { present } from './written-keys.ts'

/** Rows by entity, those of the delete itself among them. */
export type GoingRows = ReadonlyMap<Entity, readonly Values[]>

export interface Going {
  /** What has to be known of the entity's own rows. */
  readonly fields: readonly string[]
  readonly steps: readonly CascadeStep[]
  /** All are locked, so that what is found stays true until they are gone. */
  collect(call: Call, rows: readonly Values[]): Promise<GoingRows>
}

/** `ties` are those whose fields must be known of each row. */
export function createGoing(
  model: Model,
  dialect: SqlDialect,
  entity: Entity,
  ties: readonly Tie[],
): Going {
  const { referencedFields } = createReferences(model, dialect)
  const fieldsOf = (each: Entity): readonly string[] => {
    const own = ties.filter(({ child }) => child === each).map(({ field }) => field.name)
    return [...new Set([...each.primaryKey, ...referencedFields(each), ...own])]
  }
  const steps = cascadesFrom(model, entity).map((step) => {
    const query = lockedChildren(step, fieldsOf(step.child))
    return { ...step, template: createSelectTemplate(model, dialect, query) }
  })
  return {
    fields: fieldsOf(entity),
    steps,
    async collect(call, rows) {
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
    },
  }
}

/** The rows that are tied to others among them. */
export function tiedRows(model: Model, going: GoingRows, { child, field }: Tie): readonly Values[] {
  const { entity: parent, field: key } = field.foreignKey
  const identity = (value: Value | undefined) => identityOf(field.type, value ?? null)
  const parents = going.get(entityOf(model, parent)) ?? []
  const held = new Set(present(parents.map((row) => row[key])).map(identity))
  return (going.get(child) ?? []).filter((row) => {
    return row[field.name] !== null && held.has(identity(row[field.name]))
  })
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
