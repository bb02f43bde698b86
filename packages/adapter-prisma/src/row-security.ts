// Row-level security of PostgreSQL: who asks, said on the connection for one transaction at a time (ACC-66). Connections
// are the system role's, which the policies do not bind; for a principal they are the login's, which they do.
import { DBALError, type ClaimValue, type Principal } from '@proj/dbal-contract'
import {
  postgresql,
  type Binds,
  type SqlStatement,
  type SqlTransaction,
  type Step,
} from '@proj/dbal-sql'
import type { Connection } from './connection.ts'

export interface RowSecurity {
  /** SUPERUSER or BYPASSRLS, which the login may become and is not. */
  readonly systemRole: string
}

const AS_PRINCIPAL: SqlStatement = {
  text: `SELECT set_config('role', 'none', true), set_config('dbal.user', $1, true), set_config('dbal.context', $2, true)`,
}
const AS_SYSTEM: SqlStatement = { text: `SELECT set_config('role', $1, true)` }

/** Run once a connection: what is said for a transaction ends with it, and this is left. */
export function becomeSystem({ systemRole }: RowSecurity): string {
  return `SET ROLE ${postgresql.quote(systemRole)}`
}

/** What follows BEGIN. */
export function saysWho(principal: Principal): Step {
  return { statement: AS_PRINCIPAL, binds: settingsOf(principal) }
}

/** `first` has been said with BEGIN. */
export function identifying(
  transaction: SqlTransaction,
  { systemRole }: RowSecurity,
  first: Principal | undefined,
): SqlTransaction {
  let said: string | undefined = keyOf(first)
  return {
    ...transaction,
    run(statement, binds, signal) {
      // What was said since the savepoint is unsaid with the rest.
      if (statement.text.startsWith('ROLLBACK TO')) said = undefined
      return transaction.run(statement, binds, signal)
    },
    async identify(principal) {
      const key = keyOf(principal)
      if (key === said) return
      said = undefined
      const [statement, binds]: [SqlStatement, Binds] =
        principal === undefined ? [AS_SYSTEM, [systemRole]] : [AS_PRINCIPAL, settingsOf(principal)]
      await transaction.all(statement, binds)
      said = key
    },
  }
}

/** Throws VALIDATION_ERROR for roles under which the policies would bind nobody, or the product itself. */
export async function demandRoles(on: Connection, { systemRole }: RowSecurity): Promise<void> {
  const [row] = await on.all(
    {
      text: `SELECT (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = session_user),
  (SELECT (rolsuper OR rolbypassrls) AND pg_has_role(session_user, oid, 'MEMBER') FROM pg_roles WHERE rolname = $1)`,
    },
    [systemRole],
  )
  const [isFree, isSystem] = row ?? []
  if (isFree !== false)
    throw wrong('the login is SUPERUSER or BYPASSRLS: no policy would bind what it does')
  if (isSystem !== true)
    throw wrong('the system role is to be BYPASSRLS, and the login a member of it')
}

function wrong(reason: string): DBALError {
  return new DBALError('VALIDATION_ERROR', { details: { reason: `row-level security: ${reason}` } })
}

const SYSTEM = ''

function keyOf(principal: Principal | undefined): string {
  return principal === undefined ? SYSTEM : settingsOf(principal).join(' ')
}

const known = new WeakMap<Principal, readonly [user: string, context: string]>()

function settingsOf(principal: Principal): readonly [user: string, context: string] {
  const settings = known.get(principal) ?? [
    settingText(principal.claims),
    settingText(principal.context),
  ]
  known.set(principal, settings)
  return settings
}

/** JSON as the functions of rls.sql read it (ACC-60). */
function settingText(claims: ReadonlyMap<string, ClaimValue>): string {
  const members = [...claims].map(([name, value]) => `${JSON.stringify(name)}:${print(value)}`)
  return `{${members.join(',')}}`
}

function print(value: ClaimValue): string {
  // A claim that is nothing is not there; in a list it would be no element.
  if (Array.isArray(value))
    return `[${value
      .filter((item) => item !== null)
      .map(print)
      .join(',')}]`
  return typeof value === 'bigint' ? value.toString() : (JSON.stringify(value) ?? 'null')
}
