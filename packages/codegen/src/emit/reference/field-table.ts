import type { Entity, Field, FieldDefault, Relation } from '@proj/dbal-schema'
import { code, codes, link, table, text } from './markdown.ts'

export function entityId(name: string): string {
  return `entity-${name}`
}

export function entityLink(name: string): string {
  return link(name, entityId(name))
}

export function fieldTable(entity: Entity): string {
  return table(
    ['Field', 'Type', 'Presence', 'Default', 'Limits', 'Flags', 'Description'],
    [...entity.fields.values()].map((field) => [
      code(field.name),
      typeText(field),
      presenceText(field),
      field.default === undefined ? '' : defaultText(field.default),
      limitsText(field),
      flagsText(field, entity),
      text(field.description ?? ''),
    ]),
  )
}

function typeText(field: Field): string {
  const { type, precision, scale, foreignKey } = field
  const digits = type === 'decimal' ? `(${precision ?? 20}, ${scale ?? 6})` : ''
  const target =
    foreignKey === undefined
      ? ''
      : ` → ${entityLink(foreignKey.entity)}${code(`.${foreignKey.field}`)}`
  return `${type}${digits}${target}`
}

function presenceText(field: Field): string {
  const presence =
    field.generated || field.autoUpdate ? 'set' : field.required ? 'required' : 'optional'
  return field.nullable ? `${presence}, nullable` : presence
}

function defaultText(value: FieldDefault): string {
  switch (value.kind) {
    case 'literal':
      return code(JSON.stringify(value.value))
    case 'now':
      return 'the moment of the write'
    case 'uuid':
      return 'a new UUID'
    case 'user':
      return code(`$user.${value.claim}`)
  }
}

function limitsText(field: Field): string {
  const { type, min, max, minLength, maxLength, pattern, values } = field
  const unit = type === 'bytes' ? 'bytes' : 'characters'
  return [
    values === undefined ? '' : codes(values),
    range(min, max, ''),
    range(minLength, maxLength, ` ${unit}`),
    pattern === undefined ? '' : code(pattern),
  ]
    .filter((part) => part !== '')
    .join('; ')
}

function range(
  min: number | string | undefined,
  max: number | string | undefined,
  unit: string,
): string {
  if (min === undefined) return max === undefined ? '' : `up to ${max}${unit}`
  return max === undefined ? `from ${min}${unit}` : `${min} to ${max}${unit}`
}

function flagsText(field: Field, entity: Entity): string {
  const { name, column, deprecated } = field
  const unique = entity.uniques.slice(1).some((key) => key.length === 1 && key[0] === name)
  const flags: readonly (readonly [boolean, string])[] = [
    [entity.primaryKey.includes(name), 'primary key'],
    [unique, 'unique'],
    [field.generated, 'generated'],
    [field.autoUpdate, 'set on every write'],
    [field.immutable, 'immutable'],
    [field.sensitive, 'sensitive'],
    [entity.security.neverExpose.includes(name), 'never exposed'],
    [entity.optimisticLock === name, 'version'],
    [entity.softDelete?.field === name, 'marks deleted rows'],
    [entity.ttl?.field === name, 'time of expiry'],
    [column !== name, `column ${code(column)}`],
    [
      deprecated !== undefined,
      typeof deprecated === 'string' ? `deprecated: ${text(deprecated)}` : 'deprecated',
    ],
  ]
  return flags.flatMap(([holds, flag]) => (holds ? [flag] : [])).join(', ')
}

export function relationTable(entity: Entity): string {
  return table(
    ['Relation', 'To', 'Over', 'Inverse', 'On delete'],
    [...entity.relations.values()].map((relation) => [
      code(relation.name),
      `${many(relation)} ${entityLink(relation.target)}`,
      `${code(relation.from)} = ${code(`${relation.target}.${relation.to}`)}`,
      code(relation.inverse),
      onDelete(relation, entity),
    ]),
  )
}

function many({ cardinality, optional }: Relation): string {
  return cardinality === 'many' ? 'any number of' : optional ? 'one or no' : 'one'
}

/** What happens to rows here when the row they refer to goes. */
function onDelete({ owning, from }: Relation, entity: Entity): string {
  const key = owning ? entity.fields.get(from)?.foreignKey : undefined
  return key === undefined ? '' : key.onDelete.replaceAll('_', ' ')
}
