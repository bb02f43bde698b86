import type { BuiltIn, Entity, OperationSpec } from '@proj/dbal-schema'

const SENTENCES: Readonly<Record<BuiltIn, (entity: string, field: string) => string>> = {
  create: (entity) => `Store one ${entity}`,
  create_many: (entity) => `Store several ${entity} rows, all or none`,
  read: (entity) => `One ${entity} by its primary key or another unique key`,
  update: (entity) => `Change one ${entity}`,
  update_many: (entity) => `Change every ${entity} that the filter finds, all or none`,
  upsert: (entity) => `Change one ${entity}, or store it where there is none`,
  delete: (entity) => `Remove one ${entity}`,
  delete_many: (entity) => `Remove every ${entity} that the filter finds, all or none`,
  list: (entity) => `${entity} rows, by pages`,
  search: (entity) => `${entity} rows that hold every word of a text, by pages`,
  count: (entity) => `How many ${entity} rows there are`,
  aggregate: (entity) => `Figures over ${entity} rows, whole or by group`,
  read_by: (entity, field) => `One ${entity} by its ${field}`,
  get_by: (entity, field) => `${entity} by its ${field}`,
  list_by: (entity, field) => `${entity} rows by their ${field}`,
  get_tree: (entity) => `A tree of ${entity} rows, each before its children`,
  reorder: (entity) => `Give ${entity} siblings their places`,
  move: (entity) => `Hang a ${entity}, with what is under it, elsewhere`,
}

/** The spec's description, else what the built-in does; undefined where neither says. */
export function operationSummary(entity: Entity, operation: OperationSpec): string | undefined {
  const { description, builtIn, byField = '' } = operation
  if (description !== undefined) return description
  return builtIn === undefined ? undefined : SENTENCES[builtIn](entity.name, byField)
}
