// A PrismaClient that an application brings along: generated into a folder of its own, on an SQLite file
// beside it. DBAL asks for its raw methods only, so its one model is never used.
import { execFile } from 'node:child_process'
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
    const generated = await generateClient()
    const client = await generated.create(model)
    const adapter = await openPrisma({ model, client })
    return closedWith(adapter, async () => {
      await client.$disconnect()
      await generated.remove()
    })
  },
}

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
  return {
    create: async (model: Model): Promise<AppClient> => {
      const { PrismaLibSql } = await import('@prisma/adapter-libsql')
      const url = `file:${join(folder, 'app.db')}`
      const client = new PrismaClient({ adapter: new PrismaLibSql({ url, intMode: 'bigint' }) })
      for (const statement of createSchema(model, dialectFor('sqlite')))
        await client.$executeRawUnsafe(statement)
      return client
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
