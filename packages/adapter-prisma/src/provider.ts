import { DBALError } from '@proj/dbal-contract'

/** The databases below Prisma; CockroachDB is `postgresql`, MariaDB is `mysql`. */
export type Provider = 'sqlite' | 'postgresql' | 'mysql'

/** What a url starts with, which is also what Prisma calls it. */
const SCHEMES: ReadonlyMap<string, Provider> = new Map([
  ['file', 'sqlite'],
  ['sqlite', 'sqlite'],
  ['libsql', 'sqlite'],
  ['postgresql', 'postgresql'],
  ['postgres', 'postgresql'],
  ['cockroachdb', 'postgresql'],
  ['mysql', 'mysql'],
  ['mariadb', 'mysql'],
])

/** The provider of a url; a plain path or `:memory:` is SQLite. Throws VALIDATION_ERROR for any other scheme. */
export function providerOfUrl(url: string): Provider {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined || scheme === 'memory') return 'sqlite'
  const provider = SCHEMES.get(scheme)
  if (provider === undefined) {
    throw new DBALError('VALIDATION_ERROR', {
      details: { reason: 'a database url starts with file:, postgresql:, mysql: or mariadb:' },
    })
  }
  return provider
}

/** The provider that Prisma calls `name`. Throws VALIDATION_ERROR for any other. */
export function getProvider(name: unknown): Provider {
  const provider = typeof name === 'string' ? SCHEMES.get(name) : undefined
  if (provider !== undefined) return provider
  throw new DBALError('VALIDATION_ERROR', {
    details: { reason: 'the provider is one of sqlite, postgresql, cockroachdb and mysql' },
  })
}
