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
  SelectQuery,
  UpdateQuery,
  Value,
} from '@proj/dbal-contract'
import type { Entity, Relation } from '@proj/dbal-schema'
import { entityOf, fieldOf } from '../compile/compile-context.ts'
import type { SqlDialect } from '../dialect/dialect.ts'
import type { SqlSession } from '../driver/driver.ts'
import { identityOf } from '../plan/identity.ts'
import { createSelectTemplate } from '../plan/select-plan.ts'
import { writtenKeys, writtenValues, type KeyField } from '../referential/written-keys.ts'
import { runSelect } from './run-select.ts'

export interface Questions {
  readonly model: Model
  readonly dialect: SqlDialect
  /** Where questions may be asked; none inside a transaction that the failure has ended. */
  readonly session: SqlSession | undefined
}

/** The field of the query's own entity that the error is about; undefined where nothing tells. */
export async function blameForeignKey(
  ask: Questions,
  query: Query,
  params: Params,
  error: DBALError,
): Promise<string | undefined> {
  const entity = entityOf(ask.model, query.entity)
  if (query.kind === 'insert' || query.kind === 'update') {
    const written = writtenKeys(entity, query)
    const named = (error.details?.fields ?? []).map(({ field }) => field)
    const known = written.find(({ name }) => named.includes(name))
    const blamed = known ?? (await findDangling(ask, entity, query, params, written))
    if (blamed !== undefined) return blamed.name
  }
  return query.kind === 'update' || query.kind === 'delete'
    ? findReferenced(ask, entity, query, params)
    : undefined
}

async function findDangling(
  ask: Questions,
  entity: Entity,
  query: InsertQuery | UpdateQuery,
  params: Params,
  written: readonly KeyField[],
): Promise<KeyField | undefined> {
  const given = written.filter((field) => (writtenValues(query, params, field) ?? []).length > 0)
  if (query.kind === 'insert' && given.length === 1) return given[0]
  for (const field of given) {
    const { foreignKey, type } = field
    const wanted = writtenValues(query, params, field) ?? []
    // Rows of one insert may refer to each other.
    const own =
      foreignKey.entity === entity.name
        ? (writtenValues(query, params, fieldOf(entity, foreignKey.field)) ?? [])
        : []
    const stored = await storedValues(ask, foreignKey.entity, foreignKey.field, wanted)
    const found = new Set([...own, ...stored].map((value) => identityOf(type, value)))
    if (wanted.some((value) => !found.has(identityOf(type, value)))) return field
  }
  return undefined
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
  const rows = await select(ask, [values], entity, field, {
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
    if ((await select(ask, params, entity.name, name, where)).length > 0) return name
  }
  return fields[0]
}

/** Whether rows over the relation keep the value they refer to from going. */
function forbids(model: Model, { target, to }: Relation, kind: 'update' | 'delete'): boolean {
  const { foreignKey } = fieldOf(entityOf(model, target), to)
  const action = kind === 'delete' ? foreignKey?.onDelete : foreignKey?.onUpdate
  return action !== 'cascade' && action !== 'set_null'
}

async function select(
  { model, dialect, session }: Questions,
  params: Params,
  entity: string,
  field: string,
  where: QueryPredicate,
) {
  if (session === undefined) return []
  const query: SelectQuery = { kind: 'select', entity, fields: [field], where, sort: [] }
  const template = createSelectTemplate(model, dialect, query)
  return (await runSelect({ session, params, signal: undefined }, template)).rows
}
