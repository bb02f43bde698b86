// What data asks for over relations, read and checked; nothing is done here.
import { invalid, isPlainObject } from '@proj/dbal-contract'
import type { Entity, Relation } from '@proj/dbal-schema'
import { LIMITS } from '../query/limits.ts'
import type { Data } from './data-parts.ts'

export type RelationStep =
  | { readonly verb: 'connect'; readonly where: Data }
  /** `path`: where the data stands in the input. */
  | { readonly verb: 'create'; readonly data: Data; readonly path: string }
  | {
      readonly verb: 'connectOrCreate'
      readonly where: Data
      readonly data: Data
      readonly path: string
    }
  /** Without `where`: the one record of a relation to one. */
  | { readonly verb: 'disconnect'; readonly where?: Data }
  | { readonly verb: 'set'; readonly where: readonly Data[] }

export interface RelationWrite {
  readonly relation: Relation
  readonly steps: readonly RelationStep[]
}

const VERBS_ONE = ['connect', 'create', 'connectOrCreate', 'disconnect']
const VERBS_MANY = [...VERBS_ONE, 'set']

/** The data's own fields, and its writes over relations. Throws VALIDATION_ERROR for a malformed one. */
export function splitRelations(
  entity: Entity,
  data: Data,
): { readonly values: Data; readonly relations: readonly RelationWrite[] } {
  const names = namesBeside(entity, data)
  if (names.length === 0) return { values: data, relations: NO_RELATIONS }
  const values = Object.fromEntries(
    Object.entries(data).filter(([name]) => entity.fields.has(name)),
  )
  const relations = names.flatMap((name) => {
    const relation = entity.relations.get(name)
    return relation === undefined ? [] : [{ relation, steps: readSteps(relation, data[name]) }]
  })
  const taken = new Set(Object.keys(values))
  for (const { relation } of relations.filter((write) => write.relation.owning)) {
    // Two relations may share a key as well.
    if (taken.has(relation.from)) {
      throw invalid([{ field: relation.from, error: `cannot be sent beside ${relation.name}` }])
    }
    taken.add(relation.from)
  }
  return { values, relations }
}

/** Whether the data has nothing but fields. */
export function isFlat(entity: Entity, data: Data): boolean {
  for (const name in data) if (!entity.fields.has(name)) return false
  return true
}

const NO_NAMES: readonly string[] = []
const NO_RELATIONS: readonly RelationWrite[] = []

/** The names in the data that are no field's. */
function namesBeside(entity: Entity, data: Data): readonly string[] {
  if (isFlat(entity, data)) return NO_NAMES
  return Object.keys(data).filter((name) => !entity.fields.has(name))
}

function readSteps(relation: Relation, value: unknown): readonly RelationStep[] {
  const { name, cardinality } = relation
  const many = cardinality === 'many'
  const verbs = many ? VERBS_MANY : VERBS_ONE
  const keys = isPlainObject(value) ? Object.keys(value) : []
  const known = keys.length > 0 && keys.every((key) => verbs.includes(key))
  if (!isPlainObject(value) || !known || (!many && keys.length > 1)) {
    const wanted = many ? 'an object with' : 'an object with one of'
    throw invalid([{ field: name, error: `must be ${wanted} ${verbs.join(', ')}` }])
  }
  return keys.flatMap((verb) => {
    const given = value[verb]
    const path = `${name}.${verb}`
    if (verb === 'set') return [{ verb, where: readList(given, path) }]
    if (verb === 'disconnect' && !many) return [readDisconnect(given, path)]
    if (!many || !Array.isArray(given)) return [readStep(verb, given, path)]
    return demandFew(given, path).map((item, i) => readStep(verb, item, `${path}[${i}]`))
  })
}

function readStep(verb: string, value: unknown, path: string): RelationStep {
  const given = readObject(value, path)
  switch (verb) {
    case 'connect':
    case 'disconnect':
      return { verb, where: given }
    case 'create':
      return { verb, data: given, path }
    default: {
      const unknown = Object.keys(given).find((key) => key !== 'where' && key !== 'create')
      if (unknown !== undefined) {
        throw invalid([{ field: `${path}.${unknown}`, error: 'is not one of where, create' }])
      }
      const where = readObject(given['where'], `${path}.where`)
      const data = readObject(given['create'], `${path}.create`)
      return { verb: 'connectOrCreate', where, data, path: `${path}.create` }
    }
  }
}

function readDisconnect(value: unknown, path: string): RelationStep {
  if (value !== true) throw invalid([{ field: path, error: 'must be true' }])
  return { verb: 'disconnect' }
}

function readList(value: unknown, path: string): readonly Data[] {
  if (!Array.isArray(value)) throw invalid([{ field: path, error: 'must be a list' }])
  return demandFew(value, path).map((item, i) => readObject(item, `${path}[${i}]`))
}

function demandFew(list: readonly unknown[], path: string): readonly unknown[] {
  if (list.length <= LIMITS.nestedWrites) return list
  throw invalid([{ field: path, error: `has more than ${LIMITS.nestedWrites} items` }])
}

function readObject(value: unknown, path: string): Data {
  if (isPlainObject(value)) return value
  throw invalid([{ field: path, error: 'must be an object' }])
}
