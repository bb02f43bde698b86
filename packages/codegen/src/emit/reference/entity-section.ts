import { printPredicate, type Entity, type Model } from '@proj/dbal-schema'
import { entityId, fieldTable, relationTable } from './field-table.ts'
import { blocks, code, codes, heading, table, text } from './markdown.ts'
import { operationSection } from './operation-section.ts'
import { ruleSection, securityText } from './rule-table.ts'

export function entitySection(entity: Entity, model: Model): string {
  const { indexes, constraints } = entity
  return blocks(
    heading(3, entityId(entity.name), entity.name),
    text(entity.description ?? ''),
    summary(entity),
    '#### Fields',
    fieldTable(entity),
    titled('Relations', relationTable(entity)),
    titled(
      'Indexes',
      table(
        ['Index', 'Fields', 'Unique', 'Where', 'Kind'],
        indexes.map(({ name, fields, unique, where, kind }) => [
          code(name),
          codes(fields),
          unique ? 'yes' : '',
          where === undefined ? '' : code(printPredicate(where)),
          text(kind ?? ''),
        ]),
      ),
    ),
    titled(
      'Constraints',
      table(
        ['Constraint', 'Holds for every row'],
        constraints.map(({ name, check }) => [code(name), code(printPredicate(check))]),
      ),
    ),
    titled('Who may do what', ruleSection(entity, model)),
    titled('Operations', operationSection(entity)),
  )
}

function titled(title: string, body: string): string {
  return body === '' ? '' : `#### ${title}\n\n${body}`
}

function summary(entity: Entity): string {
  const { ttl, softDelete, principal, version } = entity
  const sentences = [
    `${code(`client.${entity.accessor}`)}, table ${code(entity.table)}${version === undefined ? '' : `, version ${text(version)}`}.`,
    principal ? 'Its rows are the users who sign in.' : '',
    ttl === undefined
      ? ''
      : `A row is gone once ${code(ttl.field)} has passed${ttl.autoDelete ? ', and is then removed' : ''}.`,
    softDelete === undefined ? '' : `Deleting sets ${code(softDelete.field)}.`,
    securityText(entity),
  ]
  return sentences.filter((sentence) => sentence !== '').join(' ')
}
