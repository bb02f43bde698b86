// An update or delete whose rows are selected and locked first; the caller puts a transaction around it.
// Where the statement answers no rows, these are its rows. Where the condition looks at other rows, it is
// judged anew once the locks are held: PostgreSQL looks again at a row that it has waited for, yet still
// sees other rows as they were when the statement began.
import {
  DBALError,
  isLocal,
  pinsOneRow,
  tracing,
  unsupported,
  type DeleteQuery,
  type Model,
  type QueryResult,
  type ResultRow,
  type UpdateQuery,
  type Value,
} from '@proj/dbal-contract'
import type { Entity } from '@proj/dbal-schema'
import type { SqlDialect } from '../dialect/dialect.ts'
import type { SqlSession } from '../driver/driver.ts'
import {
  amongRows,
  createChangeTemplate,
  rowByKey,
  touchedRows,
  type ChangeTemplate,
} from '../plan/change-plan.ts'
import { createSelectTemplate, type SelectTemplate } from '../plan/select-plan.ts'
import type { Values } from '../referential/references.ts'
import type { Untying } from '../referential/untie-rows.ts'
import { runChange } from './run-change.ts'
import { runSelect, type Call } from './run-select.ts'

type RunLocked = (call: Call) => Promise<QueryResult>

const NO_ROWS: QueryResult = { rows: [], count: 0 }

export interface LockedDelete {
  /** Rows may be gone by a cascade from others of the same delete before their own turn comes. */
  readonly sweeps: boolean
  /** For an engine that looks at references before all rows are gone. */
  readonly untying: Untying | undefined
}

export function createLockedChange(
  { model, dialect }: { readonly model: Model; readonly dialect: SqlDialect },
  entity: Entity,
  query: UpdateQuery | DeleteQuery,
  { sweeps, untying }: LockedDelete,
): RunLocked {
  const { kind, returning } = query
  const taken = kind === 'delete' ? (returning ?? []) : []
  const fields = [...new Set([...entity.primaryKey, ...taken, ...(untying?.fields ?? [])])]
  const lock = createSelectTemplate(model, dialect, touchedRows(entity, query, fields))
  // Rows that came into reach since are not locked, so that nothing is known of them.
  const change = createChangeTemplate(model, dialect, amongRows(entity, query))
  const [key = ''] = entity.primaryKey
  // One row has its key in the query, so that nothing has to be known of it between the two.
  const isOne =
    pinsOneRow(entity, query.where) && !sweeps && (returning === undefined || dialect.returning)
  const hasTies = untying !== undefined && !(kind === 'delete' && query.alone === true)
  const whole = isOne && !hasTies ? createChangeTemplate(model, dialect, query) : undefined
  const answer = kind === 'update' ? rereading(model, dialect, entity, query) : undefined

  const judge =
    untying === undefined || isLocal(query.where)
      ? undefined
      : createChangeTemplate(model, dialect, amongRows(entity, unchanged(entity, query)))

  return async (call) => {
    const { together } = call.session
    if (whole !== undefined && together !== undefined)
      return lockAndChange(call, together, lock, whole)
    const locked = await runSelect(call, lock)
    if (locked.count === 0) return NO_ROWS
    const keys = locked.rows.map((row) => row[key] as Value)
    const tied = await untying?.find(call, locked.rows as readonly Values[])
    if (tied?.judgesAnew === true && judge !== undefined) {
      const { count: kept } = await runChange(call, judge, keys)
      if (kept !== locked.count) throw new DBALError('SERIALIZATION_CONFLICT')
    }
    const { rows, count } = await (tied?.remove(keys) ?? runChange(call, change, keys))
    if (count > locked.count) throw new DBALError('SERIALIZATION_CONFLICT')
    if (count === 0) return NO_ROWS
    const total = sweeps ? locked.count : count
    if (returning === undefined || (dialect.returning && !sweeps)) return { rows, count: total }
    if (total < locked.count) throw new DBALError('SERIALIZATION_CONFLICT')
    const answered = await (answer === undefined
      ? locked.rows.map((row) => only(row, returning))
      : answer(call, locked.rows))
    return { rows: answered, count: total }
  }
}

/** Locks one row and changes it, in one go. */
async function lockAndChange(
  { params, signal }: Call,
  together: Required<SqlSession>['together'],
  lock: SelectTemplate,
  change: ChangeTemplate,
): Promise<QueryResult> {
  const { prepared: locking } = lock.plan(params)
  const plan = change.plan(params)
  const steps = [locking, plan.prepared].map(({ statement, bind }) => ({
    statement,
    binds: bind(params),
  }))
  tracing.trace?.through('plan')
  const [locked, changed] = await together(steps, signal)
  tracing.trace?.through('driver')
  const { rows = [], count = 0 } = changed ?? {}
  // One that came into reach in between was not locked.
  if (count > (locked?.rows.length ?? 0)) throw new DBALError('SERIALIZATION_CONFLICT')
  return plan.answersRows ? { rows: rows.map(plan.read), count: rows.length } : { rows: [], count }
}

/** Changes nothing, and counts the rows that the condition holds for. */
function unchanged(entity: Entity, query: UpdateQuery | DeleteQuery): UpdateQuery {
  const [field = ''] = entity.primaryKey
  const type = entity.fields.get(field)?.type ?? 'string'
  const value = { kind: 'field', path: [], field, type } as const
  return {
    kind: 'update',
    entity: entity.name,
    set: [{ kind: 'set', field, value }],
    where: query.where,
  }
}

function only(row: ResultRow, fields: readonly string[]): ResultRow {
  return Object.fromEntries(fields.map((name) => [name, row[name]])) as ResultRow
}

/** The rows of an update as it left them, one by one, in the order in which they were locked. */
function rereading(
  model: Model,
  dialect: SqlDialect,
  entity: Entity,
  query: UpdateQuery,
): (call: Call, locked: readonly ResultRow[]) => Promise<readonly ResultRow[]> {
  const after = createSelectTemplate(model, dialect, rowByKey(entity, query.returning ?? []))
  return async (call, locked) => {
    const rows: ResultRow[] = []
    for (const row of locked) {
      const params = keyAfter(entity, query, call, row)
      rows.push(...(await runSelect({ ...call, params }, after)).rows)
    }
    return rows
  }
}

/** The primary key may itself be among what changes. */
function keyAfter(entity: Entity, query: UpdateQuery, call: Call, row: ResultRow): Value[] {
  return entity.primaryKey.map((field) => {
    const assignment = query.set.find((one) => one.field === field)
    if (assignment === undefined) return row[field] as Value
    if (assignment.kind !== 'set' || assignment.value.kind !== 'param')
      throw unsupported('returning', 'a computed primary key cannot be answered')
    return call.params[assignment.value.index] as Value
  })
}
