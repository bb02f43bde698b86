// A database of its own with the tables of a model, locked by rls.sql, and a role that the policies bind.
import { randomBytes } from 'node:crypto'
import type { ClaimValue, Principal, Row, Value } from '@proj/dbal-contract'
import type { Entity, Field, Model } from '@proj/dbal-schema'
import { createSchema, postgresql } from '@proj/dbal-sql'
import pg from 'pg'
import { generate } from '../../src/index.ts'

const { quote } = postgresql

/** What the policies say of a statement; other errors come after them. */
const REFUSED = '42501'

export class LockedDatabase {
  readonly client: pg.Client
  readonly model: Model
  readonly #admin: pg.Client
  readonly #name: string

  private constructor(admin: pg.Client, client: pg.Client, name: string, model: Model) {
    this.#admin = admin
    this.client = client
    this.#name = name
    this.model = model
  }

  static async create(url: string, model: Model): Promise<LockedDatabase> {
    const name = `rls_${randomBytes(6).toString('hex')}`
    const admin = new pg.Client(url)
    await admin.connect()
    await admin.query(`CREATE DATABASE ${name}`)
    await admin.query(`CREATE ROLE ${name} NOSUPERUSER NOBYPASSRLS`)
    const target = new URL(url)
    target.pathname = `/${name}`
    const client = new pg.Client(target.href)
    await client.connect()
    await client.query(createSchema(model, postgresql).join(';\n'))
    await client.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${name}`)
    // Rows that refer to nothing are welcome: the rules must cope with them.
    await client.query('SET session_replication_role = replica')
    return new LockedDatabase(admin, client, name, model)
  }

  /** The role that `as` takes: neither SUPERUSER nor BYPASSRLS. */
  get role(): string {
    return this.#name
  }

  async drop(): Promise<void> {
    await this.client.end()
    await this.#admin.query(`DROP DATABASE ${this.#name}`)
    await this.#admin.query(`DROP ROLE ${this.#name}`)
    await this.#admin.end()
  }

  /** The policies of this model, whose tables must be those of `create`; `plant` puts a fault into them. */
  async lock(model: Model, plant = (text: string): string => text): Promise<void> {
    const [file] = generate({ model, targets: ['rls'] })
    await this.client.query(plant(file?.text ?? ''))
  }

  /** Answers the rows that were stored. */
  async fill(entity: Entity, rows: readonly Row[]): Promise<readonly Row[]> {
    await this.client.query(`DELETE FROM ${quote(entity.table)}`)
    const stored: Row[] = []
    for (const row of rows) {
      const { text, values } = insertion(entity, row)
      if (await this.client.query(text, values).then(() => true, isViolation)) stored.push(row)
    }
    return stored
  }

  /** As the caller, in a transaction that leaves nothing. */
  async as<T>(principal: Principal | Settings, work: () => Promise<T>): Promise<T> {
    await this.client.query('BEGIN')
    try {
      await this.client.query(`SET LOCAL ROLE ${this.#name}`)
      for (const [name, value] of Object.entries(settingsOf(principal)))
        await this.client.query('SELECT set_config($1, $2, true)', [`dbal.${name}`, value])
      return await work()
    } finally {
      await this.client.query('ROLLBACK')
    }
  }

  /** The primary keys that a statement answers. */
  async keys(text: string, values: readonly unknown[] = []): Promise<readonly string[]> {
    const { rows } = await this.client.query<Record<string, unknown>>(text, [...values])
    return rows.map((row) => JSON.stringify(Object.values(row).map(String))).toSorted()
  }

  /** Whether the policies let the statement touch a row; it is undone. */
  async passes(text: string, values: readonly unknown[]): Promise<boolean> {
    await this.client.query('SAVEPOINT tried')
    try {
      return (await this.client.query(text, [...values])).rowCount === 1
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === REFUSED) return false
      if (code?.startsWith('23') === true) return true
      throw error
    } finally {
      await this.client.query('ROLLBACK TO tried')
    }
  }
}

export interface Settings {
  readonly user?: string
  readonly context?: string
}

function settingsOf(principal: Principal | Settings): Settings {
  if (!('claims' in principal)) return principal
  return { user: settingText(principal.claims), context: settingText(principal.context) }
}

function settingText(claims: ReadonlyMap<string, ClaimValue>): string {
  const print = (value: ClaimValue): string => {
    if (Array.isArray(value)) return `[${value.map(print).join(',')}]`
    return typeof value === 'bigint' ? value.toString() : JSON.stringify(value)
  }
  return `{${[...claims].map(([name, value]) => `${JSON.stringify(name)}:${print(value)}`).join(',')}}`
}

function isViolation(error: unknown): false {
  if ((error as { code?: string }).code?.startsWith('23') === true) return false
  throw error
}

export function keyText(entity: Entity, row: Row): string {
  return JSON.stringify(entity.primaryKey.map((name) => String(row[name])))
}

export function keyColumns(entity: Entity): string {
  return entity.primaryKey.map((name) => quote(entity.fields.get(name)?.column ?? '')).join(', ')
}

interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

const bind = (field: Field, value: Value | undefined): unknown =>
  value === null || value === undefined ? null : postgresql.encode(field)(value)

export function insertion(entity: Entity, row: Row): { text: string; values: unknown[] } {
  const fields = [...entity.fields.values()]
  const columns = fields.map(({ column }) => quote(column)).join(', ')
  const holes = fields.map((_, n) => `$${n + 1}`).join(', ')
  return {
    text: `INSERT INTO ${quote(entity.table)} (${columns}) VALUES (${holes})`,
    values: fields.map((field) => bind(field, row[field.name])),
  }
}

/** Sets all but the key. */
export function change(entity: Entity, row: Row, image: Row): Statement {
  const isKey = ({ name }: Field): boolean => entity.primaryKey.includes(name)
  const fields = [...entity.fields.values()]
  const [keys, others] = [fields.filter(isKey), fields.filter((field) => !isKey(field))]
  const set = others.map(({ column }, n) => `${quote(column)} = $${n + 1}`)
  const where = keys.map(({ column }, n) => `${quote(column)} = $${others.length + n + 1}`)
  return {
    text: `UPDATE ${quote(entity.table)} SET ${set.join(', ')} WHERE ${where.join(' AND ')}`,
    values: [
      ...others.map((f) => bind(f, image[f.name])),
      ...keys.map((f) => bind(f, row[f.name])),
    ],
  }
}
