// Rows as they will be: what a write leaves must satisfy the check of its rules.
import {
  DBALError,
  type Params,
  type Row,
  type SelectQuery,
  type UpdateQuery,
} from '@proj/dbal-contract'
import type { Entity, RulePredicate } from '@proj/dbal-schema'
import type { Folded } from './fold-query.ts'
import type { Guard } from './guard.ts'
import { mentionsField } from './mentions.ts'
import { identityOf } from './row-identity.ts'
import { allHoldStored, decidesLocally, holdsStored, localTest } from './row-rules.ts'
import { allFields } from './templates.ts'

/** Rows by identity. */
export type RowsBefore = ReadonlyMap<string, Row>

/** Throws FORBIDDEN where a row's own values show that it fails; other rules are left to `demandStored`. */
export function demandLocal(
  guard: Guard,
  rules: readonly RulePredicate[],
  entity: Entity,
  rows: readonly Row[],
): void {
  const tests = rules
    .filter((rule) => decidesLocally(guard, rule, entity))
    .map((rule) => {
      const test = localTest(guard, rule, entity)
      return rows.length === 1 ? test : unlessAlike(test, rule, entity)
    })
  for (const test of tests) if (!rows.every(test)) throw guard.refusal()
}

/** Rows that are written together often agree in what a rule looks at; the row before has passed then. */
function unlessAlike(
  test: (row: Row) => boolean,
  rule: RulePredicate,
  entity: Entity,
): (row: Row) => boolean {
  const names = allFields(entity).filter((name) => mentionsField(rule, name))
  let before: Row | undefined
  return (row) => {
    if (before !== undefined && areAlike(before, row, names)) return true
    before = row
    return test(row)
  }
}

function areAlike(one: Row, other: Row, names: readonly string[]): boolean {
  for (const name of names) if (one[name] !== other[name]) return false
  return true
}

/** Throws FORBIDDEN for a stored row that fails; the transaction of the write undoes it. */
export async function demandStored(
  guard: Guard,
  rule: RulePredicate,
  entity: Entity,
  rows: readonly Row[],
  before?: RowsBefore,
): Promise<void> {
  if (rows.length === 0) return
  const local = decidesLocally(guard, rule, entity)
  const fine =
    before === undefined && !local
      ? await allHoldStored(guard, rule, entity, rows)
      : await eachHolds(guard, rule, entity, rows, before)
  if (!fine) throw guard.refusal()
}

async function eachHolds(
  guard: Guard,
  rule: RulePredicate,
  entity: Entity,
  rows: readonly Row[],
  before: RowsBefore | undefined,
): Promise<boolean> {
  for (const row of rows) {
    const old = before?.get(identityOf(entity, row))
    // It came into reach after the rows were read, so that what it was is not known.
    if (before !== undefined && old === undefined) throw new DBALError('SERIALIZATION_CONFLICT')
    if (!(await holdsStored(guard, rule, entity, row, old))) return false
  }
  return true
}

/** The rows an update is about to change, locked where the engine has row locks. */
export async function readBefore(
  guard: Guard,
  update: Folded<UpdateQuery>,
  params: Params,
  entity: Entity,
): Promise<RowsBefore> {
  const before = guard.plan(update.query, 'before', undefined, () => ({
    ...update,
    query: asSelect(update.query, entity),
  }))
  const { rows } = await guard.run(before, params)
  return new Map((rows as readonly Row[]).map((row) => [identityOf(entity, row), row]))
}

function asSelect({ where }: UpdateQuery, entity: Entity): SelectQuery {
  return {
    kind: 'select',
    entity: entity.name,
    fields: allFields(entity),
    where,
    sort: [],
    forUpdate: true,
  }
}
