// What of an entity a client must agree on with its server: names and types on the wire. A server that has
// more is compatible; one that lacks or retypes something the client knows is not.
import { isPlainObject } from '@proj/dbal-contract'
import type { Entity, Model } from '@proj/dbal-schema'

export interface EntityShape {
  /** Type by field, and `cardinality:target` by relation. */
  readonly fields: Readonly<Record<string, string>>
  readonly operations: readonly string[]
  /** Fields that a create must send. */
  readonly required: readonly string[]
}

export function shapesOf(model: Model): Readonly<Record<string, EntityShape>> {
  return Object.fromEntries([...model.entities.values()].map((each) => [each.name, shapeOf(each)]))
}

function shapeOf(entity: Entity): EntityShape {
  const { fields, relations, operations } = entity
  return {
    fields: Object.fromEntries([
      ...[...fields.values()].map(({ name, type }) => [name, type] as const),
      ...[...relations.values()].map((each) => [each.name, `${each.cardinality}:${each.target}`]),
    ]) as Record<string, string>,
    operations: [...operations.keys()],
    required: [...fields.values()]
      .filter((field) => field.required && !field.generated && field.default === undefined)
      .map(({ name }) => name),
  }
}

/** The client's entities that the server has otherwise, or not at all; what is malformed differs. */
export function differingEntities(model: Model, client: unknown): readonly string[] {
  if (!isPlainObject(client)) return []
  const server = shapesOf(model)
  return Object.keys(client).filter((name) => {
    const own = Object.hasOwn(server, name) ? server[name] : undefined
    return own === undefined || !serves(own, client[name])
  })
}

function serves(server: EntityShape, client: unknown): boolean {
  if (!isPlainObject(client)) return false
  const { fields, operations } = client
  if (!isPlainObject(fields) || !Array.isArray(operations)) return false
  return (
    Object.entries(fields).every(
      ([name, type]) => Object.hasOwn(server.fields, name) && server.fields[name] === type,
    ) &&
    operations.every((name) => server.operations.includes(String(name))) &&
    server.required.every((name) => Object.hasOwn(fields, name))
  )
}
