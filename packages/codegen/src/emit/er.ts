// A Mermaid entity-relationship diagram of stored data: tables' fields with their keys, and foreign keys
// with their cardinalities. Written for Mermaid's lexer, which reads some names as words of its own.
import type { Entity, Field, Model, Relation } from '@proj/dbal-schema'
import type { EmittedFile } from '../generated-file.ts'
import { header } from '../header.ts'
import { entitiesByPackage } from './by-package.ts'

export function emitEr(model: Model): readonly EmittedFile[] {
  const lines = entitiesByPackage(model).flatMap(([name, entities]) => [
    '',
    `    %% ${name === undefined ? 'without a package' : `package ${oneLine(name)}`}`,
    ...entities.flatMap(entityLines),
    ...entities.flatMap((entity) => relationLines(entity, model)),
  ])
  return [
    { path: 'er.mmd', text: `${header(model, '%%')}erDiagram\n${lines.slice(1).join('\n')}\n` },
  ]
}

function entityLines(entity: Entity): string[] {
  const attributes = [...entity.fields.values()].map((field) => attributeLine(field, entity))
  return [`    ${entityName(entity.name)} {`, ...attributes, '    }']
}

function attributeLine(field: Field, entity: Entity): string {
  const keys = [
    ...(entity.primaryKey.includes(field.name) ? ['PK'] : []),
    ...(field.foreignKey === undefined ? [] : ['FK']),
    ...(isUnique(field.name, entity) ? ['UK'] : []),
  ]
  const comment = commentOf(field)
  return [
    `        ${field.type} ${attributeName(field.name)}`,
    ...(keys.length === 0 ? [] : [keys.join(', ')]),
    ...(comment === '' ? [] : [`"${comment}"`]),
  ].join(' ')
}

/** Alone, and not as the primary key, which says so by itself. */
function isUnique(field: string, entity: Entity): boolean {
  return entity.uniques.slice(1).some((key) => key.length === 1 && key[0] === field)
}

function commentOf(field: Field): string {
  const parts = [
    field.nullable ? 'nullable' : '',
    field.values?.join(' | ') ?? '',
    field.description ?? '',
  ]
  return quotable(parts.filter((part) => part !== '').join('; '))
}

/** One line a foreign key, from the row referred to, to the rows that refer to it. */
function relationLines(entity: Entity, model: Model): string[] {
  return [...entity.relations.values()]
    .filter(({ owning }) => owning)
    .map((relation) => {
      const back = model.entities.get(relation.target)?.relations.get(relation.inverse)
      const left = relation.optional ? '|o' : '||'
      const right = back?.cardinality === 'one' ? 'o|' : 'o{'
      const line = entity.primaryKey.includes(relation.from) ? '--' : '..'
      const sides = `${entityName(relation.target)} ${left}${line}${right} ${entityName(entity.name)}`
      return `    ${sides} : "${label(relation)}"`
    })
}

function label({ name, inverse }: Relation): string {
  return `${inverse} / ${name}`
}

/** In quotes, as a bare `One`, `To` or `Class` is a word of the language. */
function entityName(name: string): string {
  return `"${name}"`
}

/** PK, FK and UK are keys, in any case. */
function attributeName(name: string): string {
  return /^(?:pk|fk|uk)$/i.test(name) ? `_${name}` : name
}

/** A tilde begins a generic type, also inside quotes. */
function quotable(text: string): string {
  return oneLine(text).replaceAll('"', "'").replaceAll('~', '-')
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
