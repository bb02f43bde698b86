import type { Adapter, Model, Row } from '@proj/dbal-contract'
import { getEntity } from '@proj/dbal-schema'
import { applyPush, planPush, type PushPlan } from '../src/index.ts'
import { describeDatabase, type Description } from './describe-database.ts'
import type { TestDatabase } from './targets.ts'

export async function using<T>(
  database: TestDatabase,
  model: Model,
  work: (adapter: Adapter) => Promise<T>,
): Promise<T> {
  const adapter = await database.open(model)
  try {
    return await work(adapter)
  } finally {
    await adapter.close()
  }
}

/** Like `using`, with an adapter that stays open. */
async function reusing<T>(
  database: TestDatabase,
  model: Model,
  work: (adapter: Adapter) => Promise<T>,
): Promise<T> {
  return work(await database.reopen(model))
}

export function schemaOf(database: TestDatabase, model: Model): Promise<Description> {
  return reusing(database, model, describeDatabase)
}

/** Plans and applies; the clock of the plan is fixed. */
export function push(database: TestDatabase, model: Model): Promise<PushPlan> {
  return reusing(database, model, async (adapter) => {
    const plan = await planPush(adapter, model, NOW)
    await applyPush(adapter, plan)
    return plan
  })
}

const NOW = new Date('2024-05-06T07:08:09.010Z')

export function plan(database: TestDatabase, model: Model): Promise<PushPlan> {
  return reusing(database, model, (adapter) => planPush(adapter, model, NOW))
}

export function insert(
  database: TestDatabase,
  model: Model,
  entity: string,
  rows: readonly Row[],
): Promise<void> {
  return reusing(database, model, async (adapter) => {
    for (const row of rows)
      await adapter.run({ kind: 'insert', entity, fields: Object.keys(row) }, Object.values(row))
  })
}

/** All rows of an entity, by primary key. */
export function select(
  database: TestDatabase,
  model: Model,
  entity: string,
): Promise<readonly Row[]> {
  const { fields, primaryKey } = getEntity(model, entity)
  return reusing(database, model, async (adapter) => {
    const result = await adapter.run(
      {
        kind: 'select',
        entity,
        fields: [...fields.keys()],
        where: { kind: 'true' },
        sort: primaryKey.map((field) => ({
          operand: { kind: 'field', path: [], field, type: fields.get(field)?.type ?? 'string' },
          direction: 'asc',
          nulls: 'last',
        })),
      },
      [],
    )
    return result.rows.map((row) => ({ ...row }) as Row)
  })
}
