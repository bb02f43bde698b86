// Which field a broken foreign key is about: the one that refers to nothing, or the one that others
// still refer to. Engines name another end, or none at all.
import type {
  DBALError,
  DeleteQuery,
  InsertQuery,
  Model,
  Params,
  Query,
  QueryPredicate,
  UpdateQuery,
  Value,
} from '@proj/dbal-contract'
import type { Entity, Relation } from '@proj/dbal-schema'
import { entityOf, fieldOf } from '../compile/compile-context.ts'
import { identityOf } from '../plan/identity.ts'
import { present, valuesByRow, writtenKeys, type KeyField } from '../referential/written-keys.ts'
import { selectRows, type Questions } from './questions.ts'

export interface BrokenReference {
  readonly field: string
  /** Which of the rows of an insert. */
  readonly index?: number
}

/** The field of the query's own entity that the error is about; undefined where nothing tells. */
export async function blameForeignKey(
  ask: Questions,
  query: Query,
  params: Params,
  error: DBALError,
): Promise<BrokenReference | undefined> {
  const entity = entityOf(ask.model, query.entity)
  if (query.kind === 'insert' || query.kind === 'update') {
    const written = writtenKeys(entity, query)
    const named = (error.details?.fields ?? []).map(({ field }) => field)
    const found = await findDangling(ask, entity, query, params, written)
    const known = written.find(({ name }) => named.includes(name))
    if (found !== undefined) return found
    if (known !== undefined) return { field: known.name }
  }
  if (query.kind !== 'update' && query.kind !== 'delete') return undefined
  const field = await findReferenced(ask, entity, query, params)
  return field === undefined ? undefined : { field }
}

/** The first row that refers to nothing, and the first such field of it. */
async function findDangling(
  ask: Questions,
  entity: Entity,
  query: InsertQuery | UpdateQuery,
  params: Params,
  written: readonly KeyField[],
): Promise<BrokenReference | undefined> {
  let first: Required<BrokenReference> | undefined
  for (const field of written) {
    const { foreignKey, type, name } = field
    const rows = valuesByRow(query, params, field)
    const wanted = present(rows)
    // Rows of one insert may refer to each other.
    const own =
      query.kind === 'insert' && foreignKey.entity === entity.name
        ? present(valuesByRow(query, params, fieldOf(entity, foreignKey.field)))
        : []
    const stored = await storedValues(ask, foreignKey.entity, foreignKey.field, wanted)
    const found = new Set([...own, ...stored].map((value) => identityOf(type, value)))
    const index = rows.findIndex(
      (value) => value !== null && value !== undefined && !found.has(identityOf(type, value)),
    )
    if (index >= 0 && (first === undefined || index < first.index)) first = { field: name, index }
  }
  return first
}

/** Those of the values that the field holds; all of them where nothing can be asked. */
async function storedValues(
  ask: Questions,
  entity: string,
  field: string,
  values: readonly Value[],
): Promise<readonly Value[]> {
  if (ask.session === undefined) return values
  const { type } = fieldOf(entityOf(ask.model, entity), field)
  const rows = await selectRows(ask, [values], entity, [field], {
    kind: 'in',
    left: { kind: 'field', path: [], field, type },
    list: { kind: 'param', index: 0, type, list: true },
  })
  return rows.map((row) => row[field] as Value)
}

/** The field whose value others refer to: among several, the first that still has such rows. */
async function findReferenced(
  ask: Questions,
  entity: Entity,
  query: UpdateQuery | DeleteQuery,
  params: Params,
): Promise<string | undefined> {
  const inverses = [...entity.relations.values()].filter(({ owning }) => !owning)
  const fields = [...entity.fields.keys()].filter(
    (name) =>
      inverses.some(({ from }) => from === name) &&
      (query.kind === 'delete' || query.set.some(({ field }) => field === name)),
  )
  if (fields.length < 2 || ask.session === undefined) return fields[0]
  for (const name of fields) {
    const referring = inverses.filter(
      (relation) => relation.from === name && forbids(ask.model, relation, query.kind),
    )
    const isReferredTo: QueryPredicate = {
      kind: 'or',
      terms: referring.map((relation) => ({
        kind: 'exists',
        relation: relation.name,
        where: { kind: 'true' },
      })),
    }
    const where: QueryPredicate = { kind: 'and', terms: [query.where, isReferredTo] }
    if ((await selectRows(ask, params, entity.name, [name], where)).length > 0) return name
  }
  return fields[0]
}

/** Whether rows over the relation keep the value they refer to from going. */
function forbids(model: Model, { target, to }: Relation, kind: 'update' | 'delete'): boolean {
  const { foreignKey } = fieldOf(entityOf(model, target), to)
  const action = kind === 'delete' ? foreignKey?.onDelete : foreignKey?.onUpdate
  return action !== 'cascade' && action !== 'set_null'
}
