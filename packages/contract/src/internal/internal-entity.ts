// Tables of the product itself, as entities like any other, so that every adapter makes and writes them
// the same way. No accessor, no operation and no rule leads to one.
import type { Entity, Field, FieldType } from '@proj/dbal-schema'

/** Whether an entity is the product's own, and not the contract's: no name of a contract has a colon. */
export function isInternal({ name }: Pick<Entity, 'name'>): boolean {
  return name.includes(':')
}

export function internalEntity(
  name: string,
  table: string,
  fields: readonly Field[],
  keys: Pick<Entity, 'primaryKey' | 'uniques' | 'indexes' | 'ttl'>,
): Entity {
  return {
    name,
    table,
    accessor: name,
    fields: new Map(fields.map((field) => [field.name, field])),
    relations: new Map(),
    operations: new Map(),
    constraints: [],
    security: {
      neverExpose: [],
      auditAllAccess: false,
      scanForMalicious: false,
      sandboxRequired: false,
    },
    principal: false,
    source: { file: '', line: 1, column: 1 },
    ...keys,
  }
}

export function column(name: string, type: FieldType, physical: string): Field {
  return {
    name,
    column: physical,
    type,
    primary: false,
    generated: false,
    required: false,
    nullable: false,
    unique: false,
    immutable: false,
    sensitive: false,
    autoUpdate: false,
    ...(type === 'string' ? { maxLength: 255 } : {}),
    ...(type === 'text' ? { maxLength: 1_048_576 } : {}),
  }
}
