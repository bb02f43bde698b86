// Names of a predicate looked up in an entity: fields in either spelling, and relations on the way to them.
import { suggestHint } from '../diagnostic/suggest.ts'
import type { Field } from '../model/field.ts'
import type { Relation } from '../model/relation.ts'
import { camelCase } from '../naming/camel-case.ts'
import type { EntityShape } from './entity-shape.ts'
import type { Name } from './predicate-syntax.ts'
import type { ProblemList } from './problem-list.ts'

type Entities = ReadonlyMap<string, EntityShape>

/** A field by its camelCase name or the spelling of the spec. */
export function findField(entity: Pick<EntityShape, 'fields'>, word: string): Field | undefined {
  const exact = entity.fields.get(word)
  if (exact !== undefined) return exact
  for (const field of entity.fields.values()) if (field.column === word) return field
  return word.includes('_') ? entity.fields.get(camelCase(word)) : undefined
}

function findRelation(entity: Pick<EntityShape, 'relations'>, word: string): Relation | undefined {
  return entity.relations.get(word) ?? entity.relations.get(camelCase(word))
}

/** Undefined when it is reported, or its type is: nothing is said about what stands beside it. */
export function resolveField(
  entity: EntityShape,
  name: Name,
  problems: ProblemList,
): Field | undefined {
  const field = findField(entity, name.text)
  if (field !== undefined) {
    if (entity.untyped?.has(field.name) !== true) return field
    problems.unresolved = true
    return undefined
  }
  const relation = findRelation(entity, name.text)
  if (relation !== undefined) {
    const hint = `compare \`${relation.name}.${relation.to}\`, or write \`EXISTS(${relation.name} WHERE …)\``
    const message = `\`${name.text}\` is a relation of \`${entity.name}\`, not a field`
    return problems.add('unknown-field', message, name, hint)
  }
  const columns = [...entity.fields.values()].map((known) => known.column)
  const message = `\`${entity.name}\` has no field \`${name.text}\``
  return problems.add('unknown-field', message, name, suggestHint(name.text, columns))
}

/** One step to another entity; undefined when it is reported, or leads to an entity that could not be read. */
export function resolveRelation(
  entity: EntityShape,
  name: Name,
  entities: Entities,
  problems: ProblemList,
): { readonly relation: Relation; readonly target: EntityShape } | undefined {
  const relation = findRelation(entity, name.text)
  if (relation === undefined) {
    const known = [...entity.relations.keys()]
    const message =
      findField(entity, name.text) === undefined
        ? `\`${entity.name}\` has no relation \`${name.text}\``
        : `\`${name.text}\` is a field of \`${entity.name}\`, not a relation`
    return problems.add('unknown-relation', message, name, suggestHint(name.text, known))
  }
  const target = entities.get(relation.target)
  if (target === undefined) {
    problems.unresolved = true
    return undefined
  }
  return { relation, target }
}

/** A field over zero or more to-one relations. */
export function resolvePath(
  entity: EntityShape,
  names: readonly Name[],
  entities: Entities,
  problems: ProblemList,
): { readonly path: readonly string[]; readonly field: Field } | undefined {
  const path: string[] = []
  let current = entity
  for (const name of names.slice(0, -1)) {
    const step = resolveRelation(current, name, entities, problems)
    if (step === undefined) return undefined
    const { relation, target } = step
    if (relation.cardinality === 'many') {
      const message = `\`${relation.name}\` leads to many rows of \`${relation.target}\``
      const hint = `write \`EXISTS(${relation.name} WHERE …)\``
      return problems.add('to-many-path', message, name, hint)
    }
    path.push(relation.name)
    current = target
  }
  const last = names.at(-1)
  const field = last === undefined ? undefined : resolveField(current, last, problems)
  return field === undefined ? undefined : { path, field }
}
