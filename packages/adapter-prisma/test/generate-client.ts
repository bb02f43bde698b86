// A real PrismaClient, generated into a temporary folder. Its models are not used: DBAL asks for the raw methods only.
import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { PrismaClientLike } from '../src/index.ts'

export interface FullClient extends PrismaClientLike {
  $transaction<R>(work: (tx: FullClient) => Promise<R>): Promise<R>
  $disconnect(): Promise<void>
}

export interface GeneratedClient {
  create(adapter: unknown): FullClient
  remove(): Promise<void>
}

const schema = (provider: string): string => `
generator client {
  provider   = "prisma-client"
  output     = "./client"
  engineType = "client"
}
datasource db {
  provider = "${provider}"
}
model Unused {
  id Int @id
}
`

export async function generateClient(
  provider: 'sqlite' | 'postgresql' | 'mysql',
): Promise<GeneratedClient> {
  const folder = await mkdtemp(join(tmpdir(), 'dbal-prisma-client-'))
  const prisma = createRequire(import.meta.url).resolve('prisma/package.json')
  await symlink(join(dirname(prisma), '..'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'schema.prisma'), schema(provider))
  await promisify(execFile)(
    process.execPath,
    [join(dirname(prisma), 'build/index.js'), 'generate', '--schema', 'schema.prisma'],
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
  const url = pathToFileURL(join(folder, 'client/client.ts')).href
  const { PrismaClient } = (await import(url)) as {
    PrismaClient: new (options: { adapter: unknown }) => FullClient
  }
  return {
    create: (adapter) => new PrismaClient({ adapter }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
