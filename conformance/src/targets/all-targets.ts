// The engines that DBAL has adapters for.
import { duckdb, memory, prismaSqlite, sqlite } from './embedded.ts'
import { pglite } from './pglite.ts'
import { prismaClient } from './prisma-client.ts'
import { serverTarget } from './servers.ts'
import type { Target } from './target.ts'

export { serverTarget } from './servers.ts'
export type { Target } from './target.ts'

/** They need no server. */
export const embeddedTargets: readonly Target[] = [
  memory,
  sqlite,
  prismaSqlite,
  duckdb,
  pglite,
  prismaClient,
]

/** The servers that the environment names, and the variables that name none. Throws RangeError for one that is no url. */
export function serverTargets(env: Readonly<Record<string, string | undefined>>): {
  readonly found: readonly Target[]
  readonly missing: readonly { readonly target: string; readonly variable: string }[]
} {
  const found: Target[] = []
  const missing: { target: string; variable: string }[] = []
  for (const [name, variable] of SERVERS) {
    const url = env[variable]
    if (url === undefined || url === '') missing.push({ target: name, variable })
    else if (!URL.canParse(url)) throw new RangeError(`${variable} is not the url of a server`)
    else found.push(serverTarget(name, url))
  }
  return { found, missing }
}

const SERVERS = [
  ['postgres', 'DBAL_TEST_POSTGRES_URL'],
  ['mysql', 'DBAL_TEST_MYSQL_URL'],
] as const
