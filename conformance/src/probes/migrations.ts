// CAP-16: tables are brought from one contract to another and back, and the rows stay.
import { isDBALError, type Adapter, type Model } from '@proj/dbal-contract'
import { applyPush, planPush } from '@proj/dbal-migrate'
import { dialectFor, MODEL_TABLE } from '@proj/dbal-sql'
import { demand, papersOf, type Probe } from './probe.ts'

export const migrations: Probe = async ({ adapter, model, system }) => {
  await push(adapter, model)
  await papersOf(system).createMany([
    { id: 'a', text: 'kept', note: 'lost' },
    { id: 'b', text: null, note: null },
  ])
  demand((await notesOf(adapter)) === '1', 'the rows are not in the table that is pushed')
  await push(adapter, withoutField(model, 'Paper', 'note'))
  const dropped = await notesOf(adapter)
  demand(dropped === 'no column', `a column that the contract has no more: ${dropped}`)
  await push(adapter, model)
  const added = await notesOf(adapter)
  demand(added === '0', `a column that the contract has again: ${added}`)
  const { data } = await papersOf(system).list({ sort: { id: 'asc' } })
  const rows = JSON.stringify(data)
  const expected = JSON.stringify([
    { id: 'a', text: 'kept', note: null },
    { id: 'b', text: null, note: null },
  ])
  demand(rows === expected, `the rows are ${rows}, not ${expected}`)
  const { steps } = await planPush(adapter, model)
  demand(steps.length === 0, `${steps.length} steps are left after a push`)
  await forgetPushes(adapter)
}

async function push(adapter: Adapter, model: Model): Promise<void> {
  await applyPush(adapter, await planPush(adapter, model))
}

/** Without its record the database is as whoever made the tables left it. */
async function forgetPushes({ schema }: Adapter): Promise<void> {
  if (schema === undefined) return
  await schema.apply([`DROP TABLE ${dialectFor(schema.dialect).quote(MODEL_TABLE)}`])
}

/** How many rows have one, as the table says itself. */
async function notesOf({ schema }: Adapter): Promise<string> {
  try {
    const [row] = (await schema?.query('SELECT COUNT(note) AS notes FROM papers')) ?? []
    return String(row?.['notes'])
  } catch (error) {
    if (isDBALError(error)) return 'no column'
    throw error
  }
}

function withoutField(model: Model, name: string, field: string): Model {
  const entities = [...model.entities].map(([key, entity]) => {
    if (key !== name) return [key, entity] as const
    const fields = new Map([...entity.fields].filter(([each]) => each !== field))
    return [key, { ...entity, fields }] as const
  })
  return { ...model, entities: new Map(entities) }
}
