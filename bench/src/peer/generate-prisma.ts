// PrismaClient for the contract, generated into a folder that the run removes.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { generate, type Provider } from '@proj/dbal-codegen'
import { databaseOf, type DatabaseName, type EngineName } from '../engine/engine.ts'
import { loadBlog } from '../data/load-blog.ts'

const PROVIDERS: Readonly<Record<DatabaseName, Provider>> = {
  sqlite: 'sqlite',
  postgres: 'postgresql',
  mariadb: 'mysql',
  duckdb: 'sqlite',
}

// The same runtime as `prisma-client`, which writes TypeScript that Node 20 does not load.
const GENERATOR = `generator client {
  provider   = "prisma-client-js"
  output     = "./client"
  engineType = "client"
}`

export interface PrismaClients {
  /** The class for an engine, generated once. */
  classFor(engine: EngineName): Promise<unknown>
  remove(): Promise<void>
}

export function prismaClients(): PrismaClients {
  const made = new Map<EngineName, Promise<{ readonly folder: string; readonly loaded: unknown }>>()
  return {
    classFor: async (engine) => {
      const ready = made.get(engine) ?? generateClient(engine)
      made.set(engine, ready)
      return (await ready).loaded
    },
    remove: async () => {
      for (const ready of made.values())
        await rm((await ready).folder, { recursive: true, force: true })
    },
  }
}

async function generateClient(engine: EngineName) {
  const require = createRequire(import.meta.url)
  const prisma = dirname(require.resolve('prisma/package.json'))
  const folder = await mkdtemp(join(tmpdir(), 'dbal-bench-prisma-'))
  await symlink(join(prisma, '..'), join(folder, 'node_modules'))
  const provider = PROVIDERS[databaseOf(engine)]
  const [schema] = generate({ model: await loadBlog(), targets: ['prisma'], provider })
  const text = String(schema?.text).replace(/generator client \{[^}]*\}/, GENERATOR)
  await writeFile(join(folder, 'schema.prisma'), text)
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
  const { PrismaClient } = require(join(folder, 'client')) as { readonly PrismaClient: unknown }
  return { folder, loaded: PrismaClient }
}
