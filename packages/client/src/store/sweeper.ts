// Rows past their `ttl` are invisible at once; this deletes them now and then. What hangs on them is left to
// access control, and who is told of it to the audit log.
import {
  isDBALError,
  withMutations,
  type DeleteQuery,
  type Params,
  type SelectQuery,
  type Store,
} from '@proj/dbal-contract'
import { GuardedStore, matchFields } from '@proj/dbal-policy'
import { allOf, type Entity, type Field, type QueryPredicate } from '@proj/dbal-schema'
import { SYSTEM } from '../principal/create-principal.ts'
import type { Runtime } from '../runtime.ts'

const INTERVAL_MS = 60_000

/** How many rows are looked at one by one in a sweep, where not all of an entity can go together. */
const MAX_SINGLE = 1000

/** Answers how to stop. The timer keeps no process alive. */
export function startSweeper(runtime: Runtime): () => void {
  const sweeper = new Sweeper(runtime)
  const timer = setInterval(() => void sweeper.sweep(), INTERVAL_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** One entity's rows past their time. */
interface Expiring {
  readonly entity: Entity
  readonly isBigint: boolean
  readonly all: DeleteQuery
  readonly one: DeleteQuery
  readonly keys: SelectQuery
}

type Expired = readonly [DeleteQuery, Params]

export class Sweeper {
  readonly #runtime: Runtime
  readonly #expiring: readonly Expiring[]
  /** How many rows stay, among those that were looked at one by one: the next sweep begins after them. */
  readonly #passed = new Map<Entity, number>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    this.#expiring = [...withMutations(runtime.model).entities.values()].flatMap(expiringOf)
  }

  async sweep(): Promise<void> {
    const moment = this.#runtime.now()
    for (const each of this.#expiring) {
      const end = each.isBigint ? BigInt(moment.getTime()) : moment
      // What fails now is tried again, and rows of other entities are swept all the same.
      await this.#sweepOf(each, end).catch(() => undefined)
    }
  }

  async #sweepOf(expiring: Expiring, end: Date | bigint): Promise<void> {
    const { entity, all, one, keys } = expiring
    try {
      await this.#delete(entity, [all, [end]])
      return
    } catch (error) {
      if (!isHeld(error)) throw error
    }
    const passed = this.#passed.get(entity) ?? 0
    const { rows } = await this.#runtime.base.run(keys, [end, passed, MAX_SINGLE])
    let held = 0
    for (const row of rows)
      try {
        const key = entity.primaryKey.map((name) => row[name] as Params[number])
        await this.#delete(entity, [one, [end, ...key]])
      } catch (error) {
        if (!isHeld(error)) throw error
        held += 1
      }
    this.#passed.set(entity, rows.length < MAX_SINGLE ? 0 : passed + held)
  }

  #delete(entity: Entity, [query, params]: Expired): Promise<number> {
    const { base, model, policy, now, audit } = this.#runtime
    const expire = (store: Store, inTransaction: boolean): Promise<number> => {
      const scope = { principal: SYSTEM, now: now(), inTransaction }
      return new GuardedStore(store, policy, scope).expire(entity, query, params)
    }
    // What the client keeps for itself is no record of the contract's.
    const isEntered = audit !== undefined && model.entities.has(entity.name)
    if (!isEntered) return expire(base, false)
    return audit.log.expire(base, entity, (store) => expire(store, true))
  }
}

/** Kept by what hangs on it. */
function isHeld(error: unknown): boolean {
  return isDBALError(error) && ['CONFLICT', 'FORBIDDEN'].includes(error.code)
}

function expiringOf(entity: Entity): readonly Expiring[] {
  const field = entity.ttl?.autoDelete === true ? entity.fields.get(entity.ttl.field) : undefined
  if (field === undefined) return []
  const { primaryKey, name } = entity
  const isOver = overPredicate(field)
  const all: DeleteQuery = { kind: 'delete', entity: name, where: isOver }
  const one = { ...all, where: allOf([isOver, matchFields(entity, primaryKey, 1)]) }
  const integer = (index: number) => ({ kind: 'param', index, type: 'integer' }) as const
  const keys: SelectQuery = {
    kind: 'select',
    entity: name,
    fields: primaryKey,
    where: isOver,
    sort: primaryKey.map((key) => {
      const { type } = entity.fields.get(key) as Field
      const operand = { kind: 'field', path: [], field: key, type } as const
      return { operand, direction: 'asc', nulls: 'last' } as const
    }),
    offset: integer(1),
    limit: integer(2),
  }
  return [{ entity, isBigint: field.type === 'bigint', all, one, keys }]
}

function overPredicate({ name, type }: Field): QueryPredicate {
  const left = { kind: 'field', path: [], field: name, type } as const
  const right = { kind: 'param', index: 0, type } as const
  return { kind: 'compare', op: '<=', left, right }
}
