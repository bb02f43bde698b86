// PostgreSQL compiled to WASM, in this process: slow to start, so that a run opens one for each workspace
// and empties it between cases.
import type { Adapter, Model } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import type { PGlite } from '@electric-sql/pglite'
import { closedWith } from './closed-with.ts'
import type { Target } from './target.ts'

export const pglite: Target = {
  name: 'pglite',
  open: async (model) => {
    const { PGlite: Database } = await import('@electric-sql/pglite')
    const database = new Database()
    return closedWith(await openOn(database, model), () => database.close())
  },
}

async function openOn(database: PGlite, model: Model): Promise<Adapter> {
  const { openPrisma } = await import('@proj/dbal-adapter-prisma')
  const { PrismaPGlite } = await import('pglite-prisma-adapter')
  await database.exec(createSchema(model, dialectFor('postgresql')).join(';\n'))
  return openPrisma({ model, adapter: new PrismaPGlite(database), singleConnection: true })
}
