// One write statement: the rows it has touched, and what must hold of foreign keys when it is done.
// Every rule about references is checked at the end, so rows of one statement may refer to each other.
import {
  atIndex,
  conflict,
  DBALError,
  literalDefault,
  type Row,
  type Value,
} from '@proj/dbal-contract'
import type { Entity, Field, ReferentialAction } from '@proj/dbal-schema'
import { toStoredRow } from './to-stored-row.ts'
import type { Database, Reference } from './database.ts'
import { identityOf } from './stored-value.ts'
import { getField } from './table.ts'

/** As SQLite's triggers: a longer chain is more likely a mistake than a wish. */
const MAX_DEPTH = 1000

/** A value that some field no longer holds, and what to do with those that refer to it. */
interface Loss {
  readonly field: Field
  readonly entity: Entity
  readonly value: Value
  /** What took its place; absent when the row is gone. */
  readonly replacement?: Value
  /** The field of the statement's own entity that the caller can do something about. */
  readonly blame: string
  readonly depth: number
}

interface Touched {
  readonly entity: Entity
  readonly row: Row
  readonly blame: string | undefined
}

export class WriteStatement {
  readonly #database: Database
  readonly #several: boolean
  readonly #touched: Touched[] = []
  readonly #losses: Loss[] = []
  readonly #successors = new Map<Row, Row>()

  /** `several`: a row that refers to nothing says which of the rows it is. */
  constructor(database: Database, several = false) {
    this.#database = database
    this.#several = several
  }

  /** The row as it stands: a referential action may have changed it since it was read. */
  current(row: Row): Row {
    let latest = row
    for (;;) {
      const next = this.#successors.get(latest)
      if (next === undefined) return latest
      latest = next
    }
  }

  /** Throws VALIDATION_ERROR or CONFLICT. */
  insert(entity: Entity, values: Row): Row {
    return this.#store(entity, values, undefined)
  }

  /** The old row gives way at once, so two rows cannot swap a unique value. */
  replace(entity: Entity, old: Row, values: Row): Row {
    const row = this.#replace(entity, old, values, undefined)
    this.#follow(changes(entity, old, row, 0))
    return row
  }

  remove(entity: Entity, rows: readonly Row[]): void {
    for (const row of rows) this.#database.remove(entity, row)
    for (const row of rows) this.#follow(changes(entity, row, undefined, 0))
  }

  /** Throws CONFLICT for a reference to nothing. */
  finish(): void {
    for (const [index, { entity, row, blame }] of this.#touched.entries()) {
      if (!this.#database.table(entity.name).has(row)) continue
      for (const field of entity.fields.values()) {
        if (this.#hasParent(field, row[field.name] ?? null)) continue
        const error = conflict([blame ?? field.name], 'foreign_key')
        throw this.#several ? atIndex(error, index) : error
      }
    }
    for (const loss of this.#losses) {
      if (this.#database.table(loss.entity.name).find(loss.field, loss.value).length > 0) continue
      const children = this.#database.referencesTo(loss.field)
      if (children.some((reference) => this.#childrenOf(reference, loss.value).length > 0))
        throw conflict([loss.blame], 'foreign_key')
    }
  }

  #store(entity: Entity, values: Row, blame: string | undefined): Row {
    const row = toStoredRow(this.#database, entity, values)
    this.#database.insert(entity, row)
    this.#touched.push({ entity, row, blame })
    return row
  }

  #replace(entity: Entity, old: Row, values: Row, blame: string | undefined): Row {
    this.#database.remove(entity, old)
    const row = this.#store(entity, values, blame)
    this.#successors.set(old, row)
    return row
  }

  /** Referential actions, breadth first; each row is changed once for each value it loses. */
  #follow(losses: readonly Loss[]): void {
    const queue = [...losses]
    for (const loss of queue) {
      if (loss.depth > MAX_DEPTH)
        throw new DBALError('DATABASE_ERROR', {
          details: { reason: `referential actions reach deeper than ${MAX_DEPTH}` },
        })
      const references = this.#database.referencesTo(loss.field)
      if (references.length > 0) this.#losses.push(loss)
      for (const reference of references) {
        for (const row of this.#childrenOf(reference, loss.value))
          queue.push(...this.#act(reference, row, loss))
      }
    }
  }

  #act({ child, field }: Reference, row: Row, loss: Loss): readonly Loss[] {
    const { foreignKey } = field
    const gone = loss.replacement === undefined
    const action: ReferentialAction | undefined = gone ? foreignKey?.onDelete : foreignKey?.onUpdate
    const next = { depth: loss.depth + 1, blame: loss.blame }
    switch (action) {
      case 'cascade': {
        if (loss.replacement === undefined) {
          this.#database.remove(child, row)
          return changes(child, row, undefined, next.depth, next.blame)
        }
        return this.#setReference(child, field, row, loss.replacement, next)
      }
      case 'set_null':
        return this.#setReference(child, field, row, null, next)
      case 'set_default': {
        return this.#setReference(child, field, row, literalDefault(field), next)
      }
      default:
        // restrict and no_action: whoever still refers to the value at the end is in the way.
        return []
    }
  }

  #setReference(
    child: Entity,
    field: Field,
    row: Row,
    value: Value,
    next: { readonly depth: number; readonly blame: string },
  ): readonly Loss[] {
    const values = Object.assign(Object.create(null) as Row, row, { [field.name]: value })
    const changed = this.#replace(child, row, values, next.blame)
    return changes(child, row, changed, next.depth, next.blame)
  }

  #childrenOf({ child, field }: Reference, value: Value): readonly Row[] {
    return this.#database.table(child.name).find(field, value)
  }

  #hasParent({ foreignKey }: Field, value: Value): boolean {
    if (foreignKey === undefined || value === null) return true
    const table = this.#database.table(foreignKey.entity)
    return table.find(getField(table.entity, foreignKey.field), value).length > 0
  }
}

/** The values of a row that are no longer there after its change or removal. */
function changes(
  entity: Entity,
  old: Row,
  row: Row | undefined,
  depth: number,
  blame?: string,
): readonly Loss[] {
  const losses: Loss[] = []
  for (const field of entity.fields.values()) {
    const value = old[field.name] ?? null
    const replacement = row?.[field.name] ?? null
    if (value === null) continue
    const same =
      row !== undefined && identityOf(field.type, value) === identityOf(field.type, replacement)
    if (same) continue
    const loss = { entity, field, value, depth, blame: blame ?? field.name }
    losses.push(row === undefined ? loss : { ...loss, replacement })
  }
  return losses
}
