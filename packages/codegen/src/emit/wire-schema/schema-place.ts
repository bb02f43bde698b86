import type { JsonSchema } from '@proj/dbal-contract'

/**
 * Where the document at hand finds a schema: the one difference between JSON Schema files and the
 * components of an OpenRPC document.
 */
export interface SchemaPlace {
  /** The row of an entity, or one of its definitions (`filter`, `create`, …). */
  entity(name: string, definition?: string): string
  /** A field of the entity's row. */
  field(entity: string, field: string): string
  /** A schema that all entities share (`stringFilter`, …). */
  shared(name: string): string
}

export type Definitions = Readonly<Record<string, JsonSchema>>

export function reference(target: string): JsonSchema {
  return { $ref: target }
}

/** One of them, or several. */
export function oneOrMany(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: 'array', items: schema }] }
}

export function closedObject(
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[] = [],
): { readonly [key: string]: unknown } {
  return {
    type: 'object',
    additionalProperties: false,
    properties,
    ...(required.length > 0 ? { required } : {}),
  }
}

/** One of these sets of properties has to be there; named as properties too, which strict readers ask for. */
export function requireOne(sets: readonly (readonly string[])[]): {
  readonly [key: string]: unknown
} {
  const anyOf = sets.map((required) => ({
    properties: Object.fromEntries(required.map((name) => [name, true])),
    required,
  }))
  return { type: 'object', anyOf }
}
