import type { Adapter } from '@proj/dbal-contract'
import type { Model } from '@proj/dbal-schema'
import { UsageError } from '../command-failure.ts'
import type { DatabaseTarget } from '@proj/dbal-daemon/project'

/** For commands that make tables. Throws UsageError for `memory`, which has nothing that lasts. */
export async function openProjectAdapter(target: DatabaseTarget, model: Model): Promise<Adapter> {
  const { adapter, url, poolSize, rls } = target
  if (adapter === 'memory' || url === undefined)
    throw new UsageError('an in-memory store is made when it is opened: there is nothing to push')
  if (rls !== undefined && adapter !== 'prisma')
    throw new UsageError('database.rls is of PostgreSQL: the prisma adapter')
  switch (adapter) {
    case 'sqlite': {
      const { openSqlite } = await import('@proj/dbal-adapter-sqlite').catch(explain(adapter))
      return openSqlite({ model, url })
    }
    case 'duckdb': {
      const { openDuckdb } = await import('@proj/dbal-adapter-duckdb').catch(explain(adapter))
      return openDuckdb({ model, url })
    }
    case 'prisma': {
      const { openPrisma } = await import('@proj/dbal-adapter-prisma').catch(explain(adapter))
      return openPrisma({ model, url, poolSize, rls })
    }
  }
}

/** A package that is there and does not load is a fault of its own. */
function explain(adapter: string): (cause: unknown) => never {
  return (cause) => {
    const name = `@proj/dbal-adapter-${adapter}`
    if (!(cause instanceof Error && cause.message.includes(name))) throw cause
    throw new UsageError(`install ${name} to use the ${adapter} adapter`, { cause })
  }
}
