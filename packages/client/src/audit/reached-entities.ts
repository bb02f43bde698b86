// What the database does by itself to the rows of other entities, found out before it does: rows that are deleted
// with a row, or whose key is changed with it. Which rows these are is nobody's affair here, but that there are.
import {
  sameValue,
  type DeleteQuery,
  type Params,
  type Row,
  type SelectQuery,
  type Store,
  type UpdateQuery,
  type Value,
} from '@proj/dbal-contract'
import { amongQuery, identityOf, locking, PlanCache, withGone } from '@proj/dbal-policy'
import type { Entity, Field, ForeignKey, Model, Relation } from '@proj/dbal-schema'

/** Told of each entity that is reached. */
type Tell = (entity: string, touch: 'update' | 'delete') => void

/** The rows go, or these fields of theirs get these values. */
type Event = 'deleted' | ReadonlyMap<string, Value>

const ACTS: ReadonlySet<string> = new Set(['cascade', 'set_null', 'set_default'])

/** Undefined where no other row is ever reached. `store` is where the change is made. */
export function tellReached(
  store: Store,
  model: Model,
  query: DeleteQuery | UpdateQuery,
  params: Params,
  tell: Tell,
): Promise<void> | undefined {
  const entity = model.entities.get(query.entity)
  if (entity === undefined || leavesOthers(model, entity, query)) return undefined
  const event = query.kind === 'delete' ? 'deleted' : changesOf(query, params)
  if (consequences(model, entity, event).length === 0) return undefined
  return follow(store, model, entity, query, params, event, tell)
}

/** What most changes are: nobody refers to the fields that are set, or the rows that go. */
function leavesOthers(model: Model, entity: Entity, query: DeleteQuery | UpdateQuery): boolean {
  if (query.kind === 'delete') return query.alone === true
  const referredTo = referredFields.get(
    model,
    entity.name,
    () => new Set(referringTo(model, entity).map(({ relation }) => relation.from)),
  )
  for (const { field } of query.set) if (referredTo.has(field)) return false
  return true
}

const referredFields = new PlanCache<ReadonlySet<string>>()

async function follow(
  store: Store,
  model: Model,
  entity: Entity,
  query: DeleteQuery | UpdateQuery,
  params: Params,
  event: Event,
  tell: Tell,
): Promise<void> {
  const select: SelectQuery = {
    kind: 'select',
    entity: entity.name,
    fields: referred(entity),
    where: query.where,
    sort: [],
    forUpdate: true,
  }
  const { rows } = await store.run(select, params)
  const reach = async (from: Entity, found: readonly Row[], what: Event): Promise<void> => {
    const fresh = found.filter((row) => isNew(from, row, what))
    for (const { child, relation, next } of consequences(model, from, what)) {
      const values = lost(fresh, from.fields.get(relation.from) as Field, what)
      if (values.length === 0) continue
      const children = locking(withGone(amongQuery(child, relation.to, referred(child))))
      const hanging = (await store.run(children, [values])).rows as readonly Row[]
      if (hanging.length === 0) continue
      tell(child.name, next === 'deleted' ? 'delete' : 'update')
      await reach(child, hanging, next)
    }
  }
  const seen = new Set<string>()
  const isNew = (from: Entity, row: Row, what: Event): boolean => {
    const key = `${what === 'deleted' ? '-' : [...what.keys()].join()} ${from.name} ${identityOf(from, row)}`
    return !seen.has(key) && seen.add(key).size > 0
  }
  await reach(entity, rows as readonly Row[], event)
}

interface Consequence {
  readonly child: Entity
  readonly relation: Relation
  readonly next: Event
}

interface Referring {
  readonly child: Entity
  readonly relation: Relation
  readonly key: ForeignKey
}

function referringTo(model: Model, entity: Entity): readonly Referring[] {
  return [...entity.relations.values()].flatMap((relation): Referring[] => {
    const child = model.entities.get(relation.target)
    const key = child?.fields.get(relation.to)?.foreignKey
    const isOurs = !relation.owning && key?.entity === entity.name
    return child !== undefined && isOurs ? [{ child, relation, key }] : []
  })
}

function consequences(model: Model, entity: Entity, event: Event): readonly Consequence[] {
  return referringTo(model, entity).flatMap(({ child, relation, key }): Consequence[] => {
    if (event !== 'deleted' && !event.has(relation.from)) return []
    const action = event === 'deleted' ? key.onDelete : key.onUpdate
    if (!ACTS.has(action)) return []
    if (event === 'deleted' && action === 'cascade') return [{ child, relation, next: event }]
    const value = event !== 'deleted' && action === 'cascade' ? event.get(relation.from) : null
    return [{ child, relation, next: new Map([[relation.to, value ?? null]]) }]
  })
}

function changesOf({ set }: UpdateQuery, params: Params): Event {
  return new Map(
    set.map(({ field, kind, value }) => [
      field,
      kind === 'set' && value.kind === 'param' ? ((params[value.index] ?? null) as Value) : null,
    ]),
  )
}

/** Values that are no longer there afterwards. */
function lost(rows: readonly Row[], { name, type }: Field, event: Event): readonly Value[] {
  const next = event === 'deleted' ? undefined : event.get(name)
  const values = new Set(rows.map((row) => row[name] as Value))
  return [...values].filter(
    (value) => value !== null && (next === undefined || !sameValue(type, value, next)),
  )
}

/** The primary key, and what other rows refer to. */
function referred({ primaryKey, relations }: Entity): readonly string[] {
  const fields = [...relations.values()].flatMap(({ owning, from }) => (owning ? [] : [from]))
  return [...new Set([...primaryKey, ...fields])]
}
