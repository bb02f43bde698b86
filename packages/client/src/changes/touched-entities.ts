// Which entities a write may change: its own, and those whose rows the database changes with it over
// foreign keys.
import type { Query } from '@proj/dbal-contract'
import type { Field, ForeignKey, Model } from '@proj/dbal-schema'

/** Rows go, or these fields of theirs change. */
type Event = 'deleted' | readonly string[]

export function touchedEntities(model: Model, query: Query): ReadonlySet<string> {
  const touched = new Set<string>()
  if (query.kind === 'select' || query.kind === 'aggregate') return touched
  touched.add(query.entity)
  if (query.kind === 'delete' && query.alone !== true)
    follow(model, query.entity, 'deleted', touched, new Set())
  if (query.kind === 'update') {
    const fields = query.set.map(({ field }) => field)
    follow(model, query.entity, fields, touched, new Set())
  }
  return touched
}

function follow(
  model: Model,
  entity: string,
  event: Event,
  touched: Set<string>,
  seen: Set<string>,
): void {
  const mark = `${entity}:${event === 'deleted' ? '-' : event.join()}`
  if (seen.has(mark)) return
  seen.add(mark)
  for (const child of model.entities.values())
    for (const field of child.fields.values()) {
      const next = consequence(field, entity, event)
      if (next === undefined) continue
      touched.add(child.name)
      follow(model, child.name, next, touched, seen)
    }
}

/** What happens to the rows of a child, if anything does. */
function consequence(
  { name, foreignKey: key }: Field,
  entity: string,
  event: Event,
): Event | undefined {
  if (key?.entity !== entity) return undefined
  if (event !== 'deleted' && !event.includes(key.field)) return undefined
  const action = event === 'deleted' ? key.onDelete : key.onUpdate
  if (!ACTS.has(action)) return undefined
  return event === 'deleted' && action === 'cascade' ? 'deleted' : [name]
}

const ACTS: ReadonlySet<ForeignKey['onDelete']> = new Set(['cascade', 'set_null', 'set_default'])
