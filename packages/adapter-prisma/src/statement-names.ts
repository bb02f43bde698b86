import type { SqlQuery } from '@prisma/driver-adapter-utils'

/** Texts that get a name; each costs memory on every connection of the server, so later ones stay unnamed. */
const MAX_NAMES = 1000

/** Names for prepared statements: one text has one name for ever, because a server connection remembers it. */
export function createStatementNames(): (query: SqlQuery) => string {
  const names = new Map<string, string>()
  return ({ sql, args }) => {
    const known = names.get(sql)
    if (known !== undefined) return known
    const isPlanned = args.length > 0 || sql.startsWith('SELECT')
    if (!isPlanned || names.size >= MAX_NAMES) return ''
    const name = `dbal_${names.size}`
    names.set(sql, name)
    return name
  }
}
