// A Model as JSON and back: what generated clients embed and the daemon sends. Maps become arrays in their order,
// keyed by the name that each entry carries anyway.
import type { Entity } from './entity.ts'
import type { JsonValue } from './json-value.ts'
import type { Model } from './model.ts'

/** The version of this form; another one is refused. */
const FORMAT = 1

/** Lossless and deterministic: equal models give equal JSON. */
export function modelToJson(model: Model): JsonValue {
  return plain({
    format: FORMAT,
    hash: model.hash,
    entities: [...model.entities.values()].map(entityToJson),
    roles: { names: model.roles.names, above: [...model.roles.above] },
    claims: [...model.claims.values()],
    rules: model.rules,
    errors: { ...model.errors, codes: [...model.errors.codes.values()] },
    capabilities: model.capabilities,
    seeds: model.seeds,
  })
}

/**
 * The Model that `modelToJson` wrote. Trusts its input, which must come from there.
 * @throws TypeError when the value is no model, or of another format.
 */
export function modelFromJson(json: JsonValue): Model {
  const form = json as unknown as ModelForm
  if (typeof json !== 'object' || json === null || form.format !== FORMAT)
    throw new TypeError('This is no model, or one of another version: generate it again')
  const entities = byName(form.entities.map(entityFromJson))
  return {
    entities,
    accessors: new Map([...entities.values()].map((entity) => [entity.accessor, entity])),
    roles: { names: form.roles.names, above: new Map(form.roles.above) },
    claims: byName(form.claims),
    rules: form.rules,
    errors: { ...form.errors, codes: new Map(form.errors.codes.map((spec) => [spec.code, spec])) },
    capabilities: form.capabilities,
    seeds: form.seeds,
    hash: form.hash,
  }
}

type Listed<T, K extends keyof T> = Omit<T, K> & {
  readonly [P in K]: T[P] extends ReadonlyMap<string, infer V> ? readonly V[] : never
}

type EntityForm = Listed<Entity, 'fields' | 'relations' | 'operations'>

interface ModelForm {
  readonly format: number
  readonly hash: string
  readonly entities: readonly EntityForm[]
  readonly roles: {
    readonly names: readonly string[]
    readonly above: readonly (readonly [string, readonly string[]])[]
  }
  readonly claims: readonly (Model['claims'] extends ReadonlyMap<string, infer V> ? V : never)[]
  readonly rules: Model['rules']
  readonly errors: Listed<Model['errors'], 'codes'>
  readonly capabilities: Model['capabilities']
  readonly seeds: Model['seeds']
}

function entityToJson(entity: Entity): EntityForm {
  return {
    ...entity,
    fields: [...entity.fields.values()],
    relations: [...entity.relations.values()],
    operations: [...entity.operations.values()],
  }
}

function entityFromJson(form: EntityForm): Entity {
  return {
    ...form,
    fields: byName(form.fields),
    relations: byName(form.relations),
    operations: byName(form.operations),
  }
}

function byName<T extends { readonly name: string }>(values: readonly T[]): ReadonlyMap<string, T> {
  return new Map(values.map((value) => [value.name, value]))
}

// Copies, so that the JSON shares nothing with the model, and drops what JSON has no word for (absent keys).
function plain(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value)) as JsonValue
}
