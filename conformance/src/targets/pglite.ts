// PostgreSQL compiled to WASM, in this process. Making a database takes it seconds, and copying one a fraction of that:
// the first one of a process is made and left blank, and each store begins as a copy of it.
import type { Adapter, Model } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import type { PGlite, PGliteOptions } from '@electric-sql/pglite'
import { closedWith } from './closed-with.ts'
import type { Target } from './target.ts'

export const pglite: Target = {
  name: 'pglite',
  open: async (model) => {
    blank ??= dumpBlank()
    const database = await start({ loadDataDir: await blank })
    return closedWith(await openOn(database, model), () => stop(database))
  },
}

let blank: Promise<Blob> | undefined

/** The files of a database that nothing was written to. */
async function dumpBlank(): Promise<Blob> {
  const database = await start({})
  try {
    return await database.dumpDataDir('none')
  } finally {
    await stop(database)
  }
}

async function start(options: PGliteOptions): Promise<PGlite> {
  const { PGlite: Database } = await import('@electric-sql/pglite')
  return keepingExitCode(async () => {
    const database = new Database(options)
    await database.waitReady
    return database
  })
}

function stop(database: PGlite): Promise<void> {
  return keepingExitCode(() => database.close())
}

/** What runs in the engine ends with codes of its own, 99 and 100 among them, and sets them as this process's. */
async function keepingExitCode<T>(work: () => Promise<T>): Promise<T> {
  const before = process.exitCode
  try {
    return await work()
  } finally {
    process.exitCode = before
  }
}

async function openOn(database: PGlite, model: Model): Promise<Adapter> {
  const { openPrisma } = await import('@proj/dbal-adapter-prisma')
  const { PrismaPGlite } = await import('pglite-prisma-adapter')
  await database.exec(createSchema(model, dialectFor('postgresql')).join(';\n'))
  return openPrisma({ model, adapter: new PrismaPGlite(database), singleConnection: true })
}
