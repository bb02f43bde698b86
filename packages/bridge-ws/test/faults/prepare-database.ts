import { withMutations, type Adapter } from '@proj/dbal-contract'
import { openDuckdb } from '@proj/dbal-adapter-duckdb'
import { openSqlite } from '@proj/dbal-adapter-sqlite'
import { applyPush, planPush } from '@proj/dbal-migrate'
import type { Model } from '@proj/dbal-schema'

/** What `dbal push` does to an empty database. */
export async function prepareDatabase(
  adapter: 'sqlite' | 'duckdb',
  contract: Model,
  url: string,
): Promise<void> {
  const model = withMutations(contract)
  const opened: Adapter =
    adapter === 'duckdb' ? await openDuckdb({ model, url }) : await openSqlite({ model, url })
  await applyPush(opened, await planPush(opened, model))
  await opened.close()
}
