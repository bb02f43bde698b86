import { createHash } from 'node:crypto'
import { isInternal, type Model } from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { SqlDialect } from '../dialect/dialect.ts'
import { createIndexes } from './create-indexes.ts'
import { addForeignKeys, createTable } from './create-table.ts'

/**
 * Statements that bring an empty database to the model, in order. Throws CAPABILITY_NOT_SUPPORTED for
 * what the engine cannot keep.
 */
export function createSchema(model: Model, dialect: SqlDialect): readonly string[] {
  const entities = entitiesInOrder(model)
  return [
    ...entities.flatMap((entity) => [
      createTable(model, entity, dialect),
      ...createIndexes(model, entity, dialect),
    ]),
    ...entities.flatMap((entity) => addForeignKeys(model, entity, dialect)),
  ]
}

/**
 * SHA-256, hex, of the statements: equal where the tables of the contract are. Tables of the product
 * itself may be there or not; who needs one looks for it.
 */
export function schemaFingerprint(model: Model, dialect: SqlDialect): string {
  const own = [...model.entities].filter(([, entity]) => !isInternal(entity))
  const statements = createSchema({ ...model, entities: new Map(own) }, dialect)
  return createHash('sha256').update(statements.join(';\n')).digest('hex')
}

/** Referenced entities before those that refer to them; cycles are cut where they are entered. */
export function entitiesInOrder(model: Model): readonly Entity[] {
  const ordered = new Set<Entity>()
  const entered = new Set<Entity>()
  const visit = (entity: Entity): void => {
    if (entered.has(entity)) return
    entered.add(entity)
    for (const { foreignKey } of entity.fields.values()) {
      const target = foreignKey && model.entities.get(foreignKey.entity)
      if (target !== undefined) visit(target)
    }
    ordered.add(entity)
  }
  for (const entity of model.entities.values()) visit(entity)
  return [...ordered]
}
