// A PrismaClient that an application brings along: generated once by a process, each store on an SQLite file beside it.
// DBAL asks for its raw methods only, so its one model is never used.
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { Model } from '@proj/dbal-contract'
import type { PrismaClientLike } from '@proj/dbal-adapter-prisma'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { closedWith } from './closed-with.ts'
import type { Target } from './target.ts'

export const prismaClient: Target = {
  name: 'prisma-client',
  open: async (model) => {
    const { openPrisma } = await import('@proj/dbal-adapter-prisma')
    generated ??= generateClient()
    const { client, remove } = await (await generated).create(model)
    const adapter = await openPrisma({ model, client })
    return closedWith(adapter, async () => {
      await client.$disconnect()
      await remove()
    })
  },
}

let generated: ReturnType<typeof generateClient> | undefined

type AppClient = PrismaClientLike & { $disconnect(): Promise<void> }
type AppClientClass = new (options: { readonly adapter: unknown }) => AppClient

const SCHEMA = `
generator client {
  provider   = "prisma-client-js"
  output     = "./client"
  engineType = "client"
}
datasource db {
  provider = "sqlite"
}
model Unused {
  id Int @id
}
`

async function generateClient() {
  const require = createRequire(import.meta.url)
  const prisma = dirname(require.resolve('prisma/package.json'))
  const folder = await mkdtemp(join(tmpdir(), 'dbal-prisma-client-'))
  await symlink(join(prisma, '..'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'schema.prisma'), SCHEMA)
  await promisify(execFile)(
    process.execPath,
    [join(prisma, 'build/index.js'), 'generate', '--schema', 'schema.prisma'],
    {
      cwd: folder,
      // The engine is not needed to generate, but the command insists on finding one.
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
      },
    },
  )
  const { PrismaClient } = require(join(folder, 'client')) as { PrismaClient: AppClientClass }
  // Of all stores, whenever the last one is closed: what is left of a process can only be removed at its end.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  let stores = 0
  return {
    create: async (model: Model) => {
      const { PrismaLibSql } = await import('@prisma/adapter-libsql')
      stores += 1
      const file = join(folder, `app-${stores}.db`)
      const adapter = new PrismaLibSql({ url: `file:${file}`, intMode: 'bigint' })
      const client = new PrismaClient({ adapter })
      for (const statement of createSchema(model, dialectFor('sqlite')))
        await client.$executeRawUnsafe(statement)
      return { client, remove: () => rm(file, { force: true }) }
    },
  }
}
