// Which foreign keys a write gives values to, and which values those are.
import {
  literalDefault,
  type InsertQuery,
  type Params,
  type UpdateQuery,
  type Value,
} from '@proj/dbal-contract'
import type { Entity, Field, ForeignKey } from '@proj/dbal-schema'

export type KeyField = Field & { readonly foreignKey: ForeignKey }

export function isKeyField(field: Field): field is KeyField {
  return field.foreignKey !== undefined
}

/** In the order of the spec; an insert also writes the defaults of what it leaves out. */
export function writtenKeys(entity: Entity, query: InsertQuery | UpdateQuery): readonly KeyField[] {
  const fields = [...entity.fields.values()].filter(isKeyField)
  return query.kind === 'update'
    ? fields.filter(({ name }) => query.set.some(({ field }) => field === name))
    : fields.filter((field) => query.fields.includes(field.name) || literalDefault(field) !== null)
}

/** The values of a field without NULL; undefined where they are computed. */
export function writtenValues(
  query: InsertQuery | UpdateQuery,
  params: Params,
  field: Field,
): readonly Value[] | undefined {
  if (query.kind === 'update' && assignedIndex(query, field) === undefined) return undefined
  return present(valuesByRow(query, params, field))
}

/** The value of a field in each row of an insert, or the one that an update gives it; none where it is computed. */
export function valuesByRow(
  query: InsertQuery | UpdateQuery,
  params: Params,
  field: Field,
): readonly (Value | undefined)[] {
  if (query.kind === 'update') {
    const index = assignedIndex(query, field)
    return index === undefined ? [] : [params[index] as Value | undefined]
  }
  const column = query.fields.indexOf(field.name)
  const values: (Value | undefined)[] = []
  for (let at = 0; at < params.length; at += query.fields.length)
    values.push(column < 0 ? literalDefault(field) : (params[at + column] as Value | undefined))
  return values
}

function assignedIndex({ set }: UpdateQuery, { name }: Field): number | undefined {
  const assignment = set.find(({ field }) => field === name)
  if (assignment?.kind !== 'set' || assignment.value.kind !== 'param') return undefined
  return assignment.value.index
}

export function present(values: readonly (Value | undefined)[]): readonly Value[] {
  return values.filter((value): value is Value => value !== null && value !== undefined)
}
