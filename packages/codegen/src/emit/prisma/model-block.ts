// One model of schema.prisma, in columns as `prisma format` sets them.
import type { Entity, Field, Model } from '@proj/dbal-schema'
import type { Provider } from '../../generated-file.ts'
import { prismaType } from './column-type.ts'
import { defaultText, quoteText } from './default-text.ts'
import { blockKeys, fieldKeys, type IndexScope } from './index-lines.ts'
import { memberNames, modelNames } from './prisma-names.ts'
import { relationParts } from './relation-line.ts'

interface Line {
  readonly docs: readonly string[]
  readonly cells: readonly [name: string, type: string, attributes: string]
}

export function modelBlock(model: Model, entity: Entity, provider: Provider): string {
  const relations = [...entity.relations.values()].filter(({ target }) =>
    model.entities.has(target),
  )
  const names = memberNames([...entity.fields.keys(), ...entity.relations.keys()])
  const scope: IndexScope = { entity, provider, names }
  const lines: Line[] = [
    ...[...entity.fields.values()].map((field) => fieldLine(field, scope)),
    ...relations.map((relation): Line => {
      const [type, attribute] = relationParts(model, relation, provider)
      return { docs: [], cells: [names.get(relation.name) ?? relation.name, type, attribute] }
    }),
  ]
  const keys = [...blockKeys(scope), `@@map(${quoteText(entity.table)})`]
  const body = [...aligned(lines), '', ...keys].map((line) => (line === '' ? '' : `  ${line}`))
  const docs = docLines(entity.description)
  const name = modelNames(model).get(entity.name) ?? entity.name
  return [...docs, `model ${name} {`, ...body, '}', ''].join('\n')
}

function fieldLine(field: Field, scope: IndexScope): Line {
  const type = prismaType(scope.entity, field, scope.provider)
  const attributes = [
    ...fieldKeys(field, scope),
    defaultText(field, type, scope.provider),
    field.column === scope.names.get(field.name) ? undefined : `@map(${quoteText(field.column)})`,
    type.native,
  ].filter((part) => part !== undefined)
  return {
    docs: [...docLines(field.description), ...meaning(field)],
    cells: [
      scope.names.get(field.name) ?? field.name,
      `${type.scalar}${field.nullable ? '?' : ''}`,
      attributes.join(' '),
    ],
  }
}

/** What the type does not say. */
function meaning({ values, deprecated }: Field): string[] {
  const notes: string[] = []
  if (values !== undefined) notes.push(...docLines(`One of: ${values.join(', ')}`))
  if (deprecated !== undefined) {
    notes.push(...docLines(deprecated === true ? 'Deprecated' : `Deprecated: ${deprecated}`))
  }
  return notes
}

function docLines(text: string | undefined): string[] {
  if (text === undefined || text.trim() === '') return []
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) => `/// ${line}`.trimEnd())
}

function aligned(lines: readonly Line[]): string[] {
  const width = (column: 0 | 1): number =>
    Math.max(0, ...lines.map(({ cells }) => cells[column].length))
  const [names, types] = [width(0), width(1)]
  return lines.flatMap(({ docs, cells: [name, type, attributes] }) => [
    ...docs,
    `${name.padEnd(names)} ${type.padEnd(types)} ${attributes}`.trimEnd(),
  ])
}
