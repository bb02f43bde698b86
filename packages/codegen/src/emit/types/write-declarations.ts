// What callers send to create and update, the nested writes over relations included.
import type { Field, Relation } from '@proj/dbal-schema'
import type { StatementStructures } from 'ts-morph'
import { declareInterface, declareType, type Property } from './declarations.ts'
import { keyField, type EntityScope } from './entity-scope.ts'
import { inputType, updateType } from './field-types.ts'
import { fieldDoc } from './row-declarations.ts'
import { objectText, quote, union } from './type-text.ts'

export function writeDeclarations(scope: EntityScope): StatementStructures[] {
  const { access, name } = scope
  const writes = scope.relations.map((relation) => relationWrite(relation, scope))
  return [
    declareInterface(
      name('CreateMany'),
      access.creatable.map((field) => ({
        name: field.name,
        type: inputType(field, scope),
        optional: !access.isRequiredToCreate(field),
        doc: fieldDoc(field),
      })),
    ),
    createDeclaration(scope, writes),
    declareInterface(
      name('UpdateMany'),
      access.updatable.map((field) => updateProperty(field, scope, false)),
    ),
    updateDeclaration(scope, writes),
  ]
}

function createDeclaration(scope: EntityScope, writes: readonly Property[]): StatementStructures {
  const { access, name } = scope
  const keyed = scope.relations.flatMap((relation) => {
    const field = relation.owning ? scope.entity.fields.get(relation.from) : undefined
    const needed =
      field !== undefined && access.creatable.includes(field) && access.isRequiredToCreate(field)
    return needed ? [{ field, relation }] : []
  })
  if (keyed.length === 0) return extend(name('Create'), name('CreateMany'), writes)
  const base = `dbal.Without<${name('CreateMany')}, ${union(keyed.map(({ field }) => field.name))}>`
  const rest = writes.filter((write) => keyed.every(({ relation }) => relation.name !== write.name))
  const pairs = keyed.map(({ field, relation }) => ({
    byKey: [
      { name: field.name, type: inputType(field, scope) },
      { name: relation.name, type: 'never', optional: true },
    ],
    byRelation: [
      { name: field.name, type: 'never', optional: true },
      { name: relation.name, type: writeType(relation, scope) },
    ],
  }))
  return declareType(
    name('Create'),
    [base, ...(rest.length === 0 ? [] : [objectText(rest)]), ...alternatives(pairs)].join(' & '),
  )
}

interface KeyPair {
  readonly byKey: readonly Property[]
  readonly byRelation: readonly Property[]
}

/** A few keys mix freely; the combinations of many would be too much to check, so all go one way. */
const FREE_PAIRS = 3

function alternatives(pairs: readonly KeyPair[]): string[] {
  const either = (keys: readonly Property[], relations: readonly Property[]): string =>
    `(${objectText(keys)} | ${objectText(relations)})`
  if (pairs.length <= FREE_PAIRS)
    return pairs.map(({ byKey, byRelation }) => either(byKey, byRelation))
  return [
    either(
      pairs.flatMap(({ byKey }) => byKey),
      pairs.flatMap(({ byRelation }) => byRelation),
    ),
  ]
}

function updateProperty(field: Field, scope: EntityScope, required: boolean): Property {
  return {
    name: field.name,
    type: updateType(field, scope),
    optional: !required,
    doc: fieldDoc(field),
  }
}

function updateDeclaration(scope: EntityScope, writes: readonly Property[]): StatementStructures {
  const { access, name } = scope
  const open = new Set(access.updatable.map((field) => field.name))
  const legal = scope.relations.filter((relation) => !relation.owning || open.has(relation.from))
  const names = new Set(legal.map((relation) => relation.name))
  const required = access.updatable
    .filter((field) => access.isRequiredToUpdate(field))
    .map((field) => updateProperty(field, scope, true))
  const own = writes.filter((write) => names.has(write.name))
  return extend(name('Update'), name('UpdateMany'), [...required, ...own])
}

function extend(name: string, base: string, properties: readonly Property[]): StatementStructures {
  return properties.length === 0
    ? declareType(name, base)
    : declareInterface(name, properties, { extends: [base] })
}

function relationWrite(relation: Relation, scope: EntityScope): Property {
  return { name: relation.name, type: writeType(relation, scope), optional: true }
}

function writeType(relation: Relation, { name }: EntityScope): string {
  return `dbal.RelationWrite<${name('Types')}, ${quote(relation.name)}>`
}

/** `dbal.ToMany<PostTypes, true, 'author' | 'authorId'>`. */
export function relationType(relation: Relation, { model, names }: EntityScope): string {
  const target = names.of(relation.target, 'Types')
  const optional = keyField(model, relation)?.nullable === true
  const kind = relation.cardinality === 'many' ? 'ToMany' : 'ToOne'
  const linked = relation.owning ? '' : `, ${union([relation.inverse, relation.to])}`
  return `dbal.${kind}<${target}, ${optional}${linked}>`
}
