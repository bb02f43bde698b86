// The structs of one entity: its row, what create and update take, and the keys of a row.
import { isRequiredOnCreate } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { exposedFields, exposedKeys, withheldFields } from '../wire-schema/exposed-fields.ts'
import { optional, type CppDomain } from './cpp-domain.ts'
import { cppEnum } from './cpp-enum.ts'
import { cppStruct, type CppMember } from './cpp-struct.ts'

export function cppEntity(entity: Entity, domain: CppDomain): string {
  return [...enums(entity, domain), row(entity, domain), create(entity, domain)]
    .concat(update(entity, domain), key(entity, domain), where(entity, domain))
    .join('\n')
}

function enums(entity: Entity, domain: CppDomain): string[] {
  return [...entity.fields.values()].flatMap((field) => {
    const name = domain.enumOf(field)
    if (name === undefined) return []
    const description = field.description ?? `${entity.name}.${field.name}`
    return [cppEnum({ name, description, values: field.values ?? [] }).text]
  })
}

function row(entity: Entity, domain: CppDomain): string {
  const withheld = withheldFields(entity, domain.model)
  const members = exposedFields(entity).map((field) =>
    member(
      field,
      withheld.has(field.name) || field.nullable
        ? optional(domain.type(field))
        : domain.type(field),
    ),
  )
  return cppStruct(domain.struct(entity.name, 'row'), members, entity.description ?? entity.name)
}

function create(entity: Entity, domain: CppDomain): string {
  const operation = entity.operations.get('create')
  const declared = new Set(
    operation?.input.filter(({ required }) => required).map(({ field }) => field) ?? [],
  )
  const members = [...entity.fields.values()]
    .filter((field) => operation?.systemOnly === true || !isSetByStore(field))
    .map((field) => {
      const type = domain.type(field)
      const required = isRequiredOnCreate(field) || declared.has(field.name)
      if (required && !field.nullable) return member(field, type)
      // Left out, the default comes; null has to be said.
      const patch = !required && field.nullable && field.default !== undefined
      return member(field, patch ? `Patch<${type}>` : optional(type))
    })
  return cppStruct(
    domain.struct(entity.name, 'create'),
    members,
    `What creates a ${entity.name}. An absent optional takes the field's default.`,
  )
}

function update(entity: Entity, domain: CppDomain): string {
  const members = [...entity.fields.values()]
    .filter((field) => isChangeable(field, entity))
    .map((field) => {
      const type = domain.type(field)
      return member(field, field.nullable ? `Patch<${type}>` : optional(type))
    })
  const lock = entity.fields.get(entity.optimisticLock ?? '')
  const version: readonly CppMember[] =
    lock === undefined || entity.fields.has('ifVersion')
      ? []
      : [
          {
            wire: 'ifVersion',
            type: optional(domain.type(lock)),
            description: 'The change is a CONFLICT unless the row has this version.',
          },
        ]
  return cppStruct(
    domain.struct(entity.name, 'update'),
    [...members, ...version],
    `Changes of a ${entity.name}. What is absent stays.`,
  )
}

function key(entity: Entity, domain: CppDomain): string {
  const members = fieldsOf(entity, entity.primaryKey).map((field) =>
    member(field, domain.type(field)),
  )
  return cppStruct(
    domain.struct(entity.name, 'key'),
    members,
    `The primary key of a ${entity.name}.`,
  )
}

function where(entity: Entity, domain: CppDomain): string {
  const keys = exposedKeys(entity)
  const members = fieldsOf(entity, new Set(keys.flat())).map((field) =>
    member(field, optional(domain.type(field))),
  )
  return cppStruct(
    domain.struct(entity.name, 'where'),
    members,
    `Names one ${entity.name}: fill ${keys.map((names) => names.join(' and ')).join(', or ')}.`,
  )
}

function fieldsOf(entity: Entity, names: Iterable<string>): readonly Field[] {
  const wanted = new Set(names)
  return [...entity.fields.values()].filter(({ name }) => wanted.has(name))
}

function member(field: Field, type: string): CppMember {
  const { name, description, deprecated } = field
  const note =
    deprecated === undefined
      ? undefined
      : `Deprecated${deprecated === true ? '.' : `: ${deprecated}`}`
  const texts = [description, note].filter((text) => text !== undefined)
  return { wire: name, type, ...(texts.length === 0 ? {} : { description: texts.join('\n') }) }
}

function isSetByStore(field: Field): boolean {
  return field.generated || field.autoUpdate
}

function isChangeable(field: Field, entity: Entity): boolean {
  const fixed = field.immutable || entity.primaryKey.includes(field.name)
  return !fixed && !isSetByStore(field) && entity.optimisticLock !== field.name
}
