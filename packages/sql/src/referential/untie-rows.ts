// For an engine that looks at references row by row: undoes those of rows that are about to go to others that go with
// them, themselves included (MUT-41).
import type { Model, Params, QueryResult, Value } from '@proj/dbal-contract'
import type { Entity, QueryPredicate } from '@proj/dbal-schema'
import { fieldOf } from '../compile/compile-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import { runChange } from '../execute/run-change.ts'
import type { Call } from '../execute/run-select.ts'
import { createChangeTemplate } from '../plan/change-plan.ts'
import { createGoing, tiedRows } from './going-rows.ts'
import type { Values } from './references.ts'
import { canBeUndone, tiesOfDelete } from './ties.ts'

export interface Untying {
  /** What has to be known of the entity's own rows. */
  readonly fields: readonly string[]
  /** Undefined where none of the rows that go is tied to another. */
  find(call: Call, rows: readonly Values[]): Promise<Tied | undefined>
}

export interface Tied {
  /** `keys` are those of `amongRows`. */
  remove(keys: readonly Value[]): Promise<QueryResult>
  /** It deletes by keys alone, since no condition would find the rows as it did: whether it holds is asked before. */
  readonly judgesAnew: boolean
}

/** Undefined where nothing that goes with the entity's rows can be tied to another. */
export function createUntying(
  model: Model,
  dialect: SqlDialect,
  entity: Entity,
): Untying | undefined {
  const ties = tiesOfDelete(model, entity).filter(canBeUndone)
  if (ties.length === 0) return undefined
  const { fields, collect } = createGoing(model, dialect, entity, ties)
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

  return {
    fields,
    find: async (call, rows) => {
      const going = await collect(call, rows)
      const tied = untied.map(({ template, ...tie }) => ({
        template,
        calls: keyParams(tie.child, tiedRows(model, going, tie)),
      }))
      if (tied.every(({ calls }) => calls.length === 0)) return undefined
      const remove = async (): Promise<QueryResult> => {
        for (const { template, calls } of tied)
          for (const params of calls) await runChange({ ...call, params }, template)
        let count = 0
        for (const params of keyParams(entity, rows))
          count += (await runChange({ ...call, params }, removal)).count
        return { rows: [], count }
      }
      return { remove, judgesAnew: true }
    },
  }
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
