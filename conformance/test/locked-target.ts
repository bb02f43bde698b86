// PostgreSQL with the tables locked by rls.sql, and a login that the policies bind.
import { randomBytes } from 'node:crypto'
import { openPrisma } from '@proj/dbal-adapter-prisma'
import { generate } from '@proj/dbal-codegen'
import type { Adapter, Model } from '@proj/dbal-contract'
import { createSchema, dialectFor } from '@proj/dbal-sql'
import type { Target } from '../src/index.ts'
import { closedWith } from '../src/targets/closed-with.ts'

export interface LockedAdapter extends Adapter {
  /** A statement that DBAL knows nothing of, as the login: `null` says not who asks. */
  outside(text: string, user: object | null): Promise<readonly Readonly<Record<string, unknown>>[]>
}

/** `server` of any database of a server where databases and roles may be made. */
export function lockedTarget(server: string): Target {
  return { name: 'postgres-rls', engine: 'postgres', open: (model) => openLocked(server, model) }
}

export async function openLocked(
  server: string,
  model: Model,
  poolSize = 4,
): Promise<LockedAdapter> {
  const name = `dbal_rls_${randomBytes(6).toString('hex')}`
  const systemRole = `${name}_system`
  const run = async (...statements: readonly string[]): Promise<void> => {
    const admin = await openPrisma({ model, url: server, poolSize: 1 })
    try {
      for (const statement of statements) await admin.schema?.query(statement)
    } finally {
      await admin.close()
    }
  }
  const drop = (): Promise<void> =>
    run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, `DROP ROLE ${name}, ${systemRole}`)
  await run(
    `CREATE ROLE ${systemRole} NOLOGIN BYPASSRLS`,
    `CREATE ROLE ${name} LOGIN NOSUPERUSER NOBYPASSRLS IN ROLE ${systemRole}`,
    `CREATE DATABASE ${name} TEMPLATE template0 OWNER ${systemRole}`,
  )
  try {
    const url = new URL(server)
    url.pathname = `/${name}`
    url.username = name
    const adapter = await openPrisma({ model, url: url.href, poolSize, rls: { systemRole } })
    await adapter.schema?.apply(createSchema(model, dialectFor('postgresql')))
    const [script] = generate({ model, targets: ['rls'] })
    await adapter.schema?.query(script?.text ?? '')
    const login = await openPrisma({ model, url: url.href, poolSize: 1 })
    const close = async (): Promise<void> => {
      await login.close()
      await drop()
    }
    return {
      ...closedWith(adapter, close),
      outside: async (text, user) => {
        const said = user === null ? '' : JSON.stringify(user).replaceAll("'", "''")
        await login.schema?.query(`SELECT set_config('dbal.user', '${said}', false)`)
        return (await login.schema?.query(text)) ?? []
      },
    }
  } catch (error) {
    await drop()
    throw error
  }
}
