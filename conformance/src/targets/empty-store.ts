// One store serves many cases: between two of them every row goes, below all rules.
import type { Adapter, DeleteQuery, Model, UpdateQuery } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { entitiesInOrder } from '@proj/dbal-sql'

type Sweep = readonly (UpdateQuery | DeleteQuery)[]

const sweeps = new WeakMap<Model, Sweep>()

/** `stored`: only these entities have rows; absent: any may. Rejects where a required foreign key leads from a row to its own kind: such rows cannot go together everywhere. */
export async function emptyStore(
  adapter: Adapter,
  model: Model,
  stored?: ReadonlySet<string>,
): Promise<void> {
  let sweep = sweeps.get(model)
  if (sweep === undefined) {
    sweep = sweepOf(model)
    sweeps.set(model, sweep)
  }
  for (const query of sweep)
    if (stored?.has(query.entity) !== false)
      await adapter.run(query, query.kind === 'update' ? [null] : [])
}

function sweepOf(model: Model): Sweep {
  const order = requiredFirst(model)
  const place = new Map(order.map(({ name }, n) => [name, n]))
  const loosened = order.flatMap((entity, n) =>
    [...entity.fields.values()]
      .filter(({ foreignKey, nullable }) => {
        const target = foreignKey && place.get(foreignKey.entity)
        return nullable && target !== undefined && target >= n
      })
      .map((field) => loosen(entity, field)),
  )
  const emptied = order.toReversed().map(({ name }): DeleteQuery => {
    return { kind: 'delete', entity: name, where: { kind: 'true' } }
  })
  return [...loosened, ...emptied]
}

/** As tables are made, but that circles are cut where a key may be null. */
function requiredFirst(model: Model): readonly Entity[] {
  const entered = new Set<Entity>()
  const ordered: Entity[] = []
  const visit = (entity: Entity): void => {
    if (entered.has(entity)) return
    entered.add(entity)
    for (const { foreignKey, nullable } of entity.fields.values()) {
      const target = foreignKey && model.entities.get(foreignKey.entity)
      if (target !== undefined && !nullable) visit(target)
    }
    ordered.push(entity)
  }
  for (const entity of entitiesInOrder(model)) visit(entity)
  return ordered
}

/** Keys that go round in a circle are cut before the rows go. */
function loosen(entity: Entity, { name, type }: Field): UpdateQuery {
  const value = { kind: 'param', index: 0, type } as const
  return {
    kind: 'update',
    entity: entity.name,
    set: [{ field: name, kind: 'set', value }],
    where: { kind: 'true' },
  }
}
