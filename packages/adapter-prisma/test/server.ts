// A database of its own on a test server, made and dropped through the adapter itself.
import type { Adapter } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import { openPrisma, type PrismaUrlOptions } from '../src/index.ts'
import { it } from 'vitest'
import { shop } from './shop.ts'

export interface TestServer {
  readonly url: string
  open(more?: Partial<PrismaUrlOptions>): Promise<Adapter>
  /** A statement outside of any adapter under test. */
  admin(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Drops the database. */
  close(): Promise<void>
}

export async function createTestServer(
  server: string,
  dialect: 'postgresql' | 'mysql',
): Promise<TestServer> {
  const name = `dbal_test_${process.pid}_${Date.now()}`
  const admin = await openPrisma({ model: shop, url: server, poolSize: 2 })
  const run = async (text: string) => (await admin.schema?.query(text)) ?? []
  await run(`CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const open = (more: Partial<PrismaUrlOptions> = {}) =>
    openPrisma({ model: shop, url: url.href, poolSize: 4, ...more })
  const first = await open()
  await first.schema?.apply(createSchema(shop, dialectFor(dialect)))
  await first.close()
  return {
    url: url.href,
    open,
    admin: run,
    close: async () => {
      await run(`DROP DATABASE ${name}`)
      await admin.close()
    },
  }
}

/** Runs `tests` on a server; says plainly that nothing was tested where there is none. */
export function onServer(what: string, variable: string, tests: (url: string) => void): void {
  const url = process.env[variable]
  if (url !== undefined) return tests(url)
  it('has no server to run on', () => {
    process.stdout.write(
      `${what}: ${variable} is not set; no server was seen, nothing was tested\n`,
    )
  })
}
