// Names of the generated types. Entities keep theirs; what is derived from an entity and meets a name
// that is taken (an entity called UserCreate beside User) gets underscores until it is free.
import type { Entity, Model } from '@proj/dbal-schema'
import { byModel } from '@proj/dbal-schema/model'

const DERIVED = [
  'Create',
  'CreateMany',
  'Update',
  'UpdateMany',
  'Filter',
  'Sort',
  'Select',
  'Include',
  'Unique',
  'Relations',
  'Aggregate',
  'System',
  'Operations',
  'Types',
] as const

export type DerivedName = (typeof DERIVED)[number]

export interface TypeNames {
  /** `UserCreate`. */
  of(entity: string, derived: DerivedName): string
  /** `UserRole`, the values of an enum field. */
  enumOf(entity: string, field: string): string
  /** `CredentialVerifyInput`. */
  inputOf(entity: string, method: string): string
  /** A type of the language, reachable also where an entity has its name. */
  global(name: 'Date' | 'Uint8Array'): string
}

/** The same for every file of a model. */
export const typeNames = byModel(allocate)

function allocate(model: Model): TypeNames {
  const taken = new Set(model.entities.keys())
  const found = new Map<string, string>()
  const claim = (key: string, wanted: string): void => {
    let name = wanted
    while (taken.has(name)) name += '_'
    taken.add(name)
    found.set(key, name)
  }
  const entities = [...model.entities.values()]
  for (const entity of entities) {
    for (const derived of DERIVED) claim(`${entity.name} ${derived}`, entity.name + derived)
  }
  for (const entity of entities) {
    for (const [key, wanted] of laterNames(entity)) claim(key, wanted)
  }
  const get = (key: string): string => {
    const name = found.get(key)
    if (name === undefined) throw new RangeError(`no type is called ${key}`)
    return name
  }
  return {
    of: (entity, derived) => get(`${entity} ${derived}`),
    enumOf: (entity, field) => get(`${entity} enum ${field}`),
    inputOf: (entity, method) => get(`${entity} input ${method}`),
    global: (name) => (model.entities.has(name) ? `globalThis.${name}` : name),
  }
}

function* laterNames(entity: Entity): Iterable<readonly [key: string, wanted: string]> {
  for (const { name, type } of entity.fields.values()) {
    if (type === 'enum') yield [`${entity.name} enum ${name}`, entity.name + upperFirst(name)]
  }
  for (const { method } of entity.operations.values()) {
    yield [`${entity.name} input ${method}`, `${entity.name}${upperFirst(method)}Input`]
  }
}

function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
