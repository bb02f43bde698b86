// CAP-17: what tables there are is read from the database, not believed.
import { isDBALError, type Adapter, type Model } from '@proj/dbal-contract'
import { planPush } from '@proj/dbal-migrate'
import { demand, type Probe } from './probe.ts'

export const schemaIntrospection: Probe = async ({ adapter, model }) => {
  const found = await planned(adapter, model)
  demand(found === 'adopt_table papers', `tables that are there are planned as: ${found}`)
  const wider = `ALTER TABLE papers ADD COLUMN stray INTEGER`
  await adapter.schema?.apply([wider])
  try {
    const odd = await planned(adapter, model)
    demand(odd === 'DATABASE_ERROR', `a table with a column more is planned as: ${odd}`)
  } finally {
    await adapter.schema?.apply(['ALTER TABLE papers DROP COLUMN stray'])
  }
}

/** The steps, or the code of what is in their way. */
async function planned(adapter: Adapter, model: Model): Promise<string> {
  try {
    const { steps } = await planPush(adapter, model)
    return steps.map(({ kind, table }) => `${kind} ${table}`).join(', ')
  } catch (error) {
    if (!isDBALError(error) || error.code === 'CAPABILITY_NOT_SUPPORTED') throw error
    return error.code
  }
}
