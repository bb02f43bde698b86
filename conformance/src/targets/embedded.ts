// Engines that live in the process. Their packages are loaded when they are opened: none has to be installed.
import type { Target } from './target.ts'

export const memory: Target = {
  name: 'memory',
  open: async (model) => {
    const { openMemory } = await import('@proj/dbal-adapter-memory')
    return openMemory({ model })
  },
}

export const sqlite: Target = {
  name: 'sqlite',
  open: async (model) => {
    const { openSqlite } = await import('@proj/dbal-adapter-sqlite')
    return openSqlite({ model, url: ':memory:' })
  },
}

export const prismaSqlite: Target = {
  name: 'prisma-sqlite',
  open: async (model) => {
    const { openPrisma } = await import('@proj/dbal-adapter-prisma')
    return openPrisma({ model, url: ':memory:' })
  },
}

export const duckdb: Target = {
  name: 'duckdb',
  open: async (model) => {
    const { openDuckdb } = await import('@proj/dbal-adapter-duckdb')
    return openDuckdb({ model, url: ':memory:' })
  },
}
