// SQLite through Prisma, for two clients of one file in one thread, of which none may wait for the other.
import { openPrisma } from '@proj/dbal-adapter-prisma'
import type { Adapter, Model } from '@proj/dbal-contract'

// Prisma's adapter for libsql, which stands in where better-sqlite3 was not built, has locks of its own.
const native = '@prisma/adapter-better-sqlite3'
export const isPrismaNative = await import(native).then(
  () => true,
  () => false,
)

export async function openPrismaSqlite(model: Model, file: string): Promise<Adapter> {
  const adapter = await openPrisma({ model, url: `file:${file}` })
  await adapter.schema?.query('PRAGMA busy_timeout = 0')
  return adapter
}
