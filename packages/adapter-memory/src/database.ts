// All tables, and the log that takes changes back. It knows nothing of queries.
import type { EvaluationScope, Model, Params, Row } from '@proj/dbal-contract'
import type { Entity, Field } from '@proj/dbal-schema'
import { getField, Table } from './table.ts'

/** A foreign key as seen from the field it points at. */
export interface Reference {
  readonly child: Entity
  readonly field: Field
}

/** A position in the log: everything after it can be taken back. */
export type Mark = number

export class Database {
  readonly model: Model
  readonly #tables = new Map<string, Table>()
  readonly #references = new Map<Field, Reference[]>()
  readonly #log: (() => void)[] = []

  constructor(model: Model) {
    this.model = model
    for (const entity of model.entities.values()) {
      this.#tables.set(entity.name, new Table(entity, (row) => this.scope(entity, row, [])))
    }
    for (const child of model.entities.values()) {
      for (const field of child.fields.values()) {
        const { foreignKey } = field
        if (foreignKey === undefined) continue
        const target = getField(this.table(foreignKey.entity).entity, foreignKey.field)
        const references = this.#references.get(target) ?? []
        this.#references.set(target, [...references, { child, field }])
      }
    }
  }

  table(entity: string): Table {
    const table = this.#tables.get(entity)
    if (table === undefined) throw new TypeError(`there is no entity ${entity}`)
    return table
  }

  /** Foreign keys that point at the field, in the order of the model. */
  referencesTo(field: Field): readonly Reference[] {
    return this.#references.get(field) ?? []
  }

  scope(entity: Entity, row: Row, params: Params): EvaluationScope {
    return {
      entity,
      row,
      params,
      model: this.model,
      related: (_from, { target, from, to }, of) => {
        const table = this.table(target)
        return table.find(getField(table.entity, to), of[from] ?? null)
      },
      all: ({ name }) => this.table(name).rows(),
    }
  }

  insert(entity: Entity, row: Row): void {
    const table = this.table(entity.name)
    table.insert(row)
    this.#log.push(() => table.remove(row))
  }

  remove(entity: Entity, row: Row): void {
    const table = this.table(entity.name)
    table.remove(row)
    this.#log.push(() => table.insert(row))
  }

  mark(): Mark {
    return this.#log.length
  }

  rollback(mark: Mark): void {
    while (this.#log.length > mark) this.#log.pop()?.()
  }

  /** After a commit nothing can be taken back any more. */
  forget(): void {
    this.#log.length = 0
  }
}
