// What the rules say of rows in memory, by the evaluator of the contract: the meaning that policies are
// held against.
import { evaluatePredicate, type Principal, type Row } from '@proj/dbal-contract'
import {
  createPolicy,
  foldRule,
  resolveParams,
  type Decision,
  type Policy,
} from '@proj/dbal-policy'
import type { Action, Entity, Model, RulePredicate } from '@proj/dbal-schema'
import { weaken } from '../../src/emit/rls/weaken.ts'

/** The rows of each entity. */
export type World = ReadonlyMap<string, readonly Row[]>

export class Oracle {
  readonly #policy: Policy
  readonly #world: World
  readonly #principal: Principal

  constructor(model: Model, world: World, principal: Principal) {
    this.#policy = createPolicy(model)
    this.#world = world
    this.#principal = principal
  }

  sees(entity: Entity, row: Row): boolean {
    return this.#allows(entity, 'read', row) || this.#allows(entity, 'list', row)
  }

  inserts(entity: Entity, row: Row): boolean {
    const { allowed, check } = this.#decide(entity, 'create')
    return allowed && this.#holds(entity, weaken(check), row)
  }

  deletes(entity: Entity, row: Row): boolean {
    return this.#allows(entity, 'read', row) && this.#allows(entity, 'delete', row)
  }

  /** PostgreSQL adds that the row must stay visible, which the product does not ask. */
  updates(entity: Entity, row: Row, image: Row): boolean {
    return this.#touches(entity, row) && this.#leaves(entity, image) && this.sees(entity, image)
  }

  /** The same with what a policy cannot say. */
  updatesByRule(entity: Entity, row: Row, image: Row): boolean {
    const { allowed, where, check } = this.#decide(entity, 'update')
    return (
      allowed &&
      this.#allows(entity, 'read', row) &&
      this.#holds(entity, where, row) &&
      this.#holds(entity, check, image, row)
    )
  }

  #touches(entity: Entity, row: Row): boolean {
    const retires = entity.softDelete !== undefined && this.#allows(entity, 'delete', row)
    const updates = this.#allows(entity, 'update', row)
    return this.#allows(entity, 'read', row) && (updates || retires)
  }

  #leaves(entity: Entity, image: Row): boolean {
    const { softDelete } = entity
    if (softDelete !== undefined && image[softDelete.field] !== null) return true
    const { allowed, check } = this.#decide(entity, 'update')
    return allowed && this.#holds(entity, weaken(check), image)
  }

  #allows(entity: Entity, action: Action, row: Row): boolean {
    const { allowed, where } = this.#decide(entity, action)
    return allowed && this.#holds(entity, where, row)
  }

  #decide(entity: Entity, action: Action): Decision {
    return this.#policy.access(this.#principal).entity(entity).decide(action)
  }

  #holds(entity: Entity, rule: RulePredicate, row: Row, before?: Row): boolean {
    const { model } = this.#policy
    const access = this.#policy.access(this.#principal)
    const { predicate, references } = foldRule(rule, entity, { model, access })
    const asked = { principal: this.#principal, now: new Date(), before }
    const all = (of: Entity): readonly Row[] => this.#world.get(of.name) ?? []
    const truth = evaluatePredicate(predicate, {
      entity,
      row,
      model,
      params: resolveParams([], 0, references, asked),
      all,
      related(_from, { from, to, target }, { [from]: key }) {
        const found = model.entities.get(target)
        if (key === null || key === undefined || found === undefined) return []
        return all(found).filter((other) => other[to] === key)
      },
    })
    return truth === true
  }
}
