// The rules of a model as seen by one set of roles. Principals with the same roles share it.
import { DBALError, type ErrorDetails, type Principal } from '@proj/dbal-contract'
import type { Action, Entity, Model, Relation, RulePredicate } from '@proj/dbal-schema'
import { byModel } from '@proj/dbal-schema/model'
import { EntityAccess, type FieldAccess, type FieldUse, type ReadVerb } from './access.ts'
import { entityOf } from './bind-rule.ts'
import type { BoundPredicate, Folded } from './fold-query.ts'
import { PlanCache } from './plan-cache.ts'

const MAX_KEYS = 500

export class PrincipalAccess {
  /** Identifies the set of roles. */
  readonly #key: string
  readonly #keys = new Map<string, string>()
  readonly system: boolean
  readonly #kind: PrincipalKind
  readonly #model: Model
  readonly #roles: readonly string[]
  readonly #entities = new Map<string, EntityAccess>()

  constructor(model: Model, roles: readonly string[], kind: PrincipalKind) {
    this.#model = model
    this.#roles = roles
    this.#kind = kind
    this.system = kind === 'system'
    this.#key = accessKey(roles, kind)
  }

  /** The key of what is made for that use under these roles: the same text each time, which is hashed once. */
  keyOf(use: string): string {
    let key = this.#keys.get(use)
    if (key === undefined) {
      key = `${this.#key}:${use}`
      // Uses may name fields that callers choose.
      if (this.#keys.size < MAX_KEYS) this.#keys.set(use, key)
    }
    return key
  }

  entity(entity: Entity): EntityAccess {
    let access = this.#entities.get(entity.name)
    if (access === undefined) {
      access = new EntityAccess(
        this.#model,
        entity,
        this.#roles,
        this.system,
        this.#kind === 'anonymous',
      )
      this.#entities.set(entity.name, access)
    }
    return access
  }

  /** Throws UNAUTHORIZED (anonymous) or FORBIDDEN where the roles could never do it. */
  demand(entity: Entity, action: Action, fields?: readonly string[]): void {
    if (!this.entity(entity).decide(action, fields).allowed) throw this.refusal()
  }

  /**
   * A relation tells the two values that tie its rows, so it is there where both may be read (ACC-29). `verb`:
   * how the row is reached that it starts from.
   */
  link(relation: Relation, use: LinkUse, verb: ReadVerb): Link {
    if (this.system) return OPEN
    const near = this.entity(entityOf(this.#model, relation.entity))
    const other = this.entity(entityOf(this.#model, relation.target))
    const shown = near.field(relation.from, use, verb)
    const tied = other.field(relation.to, use, verbOver(relation, use))
    // Where one end is never shown, there is no such relation.
    return shown === false || tied === false ? CLOSED : { near: shown, far: tied }
  }

  /** Whether the caller may know that the relation is there: he can read or write what ties its rows. */
  knowsLink({ entity, from, target, to }: Relation): boolean {
    const ends = [
      [entity, from],
      [target, to],
    ] as const
    return ends.every(([name, field]) => {
      const end = entityOf(this.#model, name)
      const isKnown = end.primaryKey.includes(field) || this.entity(end).knows(field)
      return isKnown && this.knows(end)
    })
  }

  /** Whether some row of the entity could be seen. */
  sees(entity: Entity): boolean {
    const access = this.entity(entity)
    return access.decide('read').allowed || access.decide('list').allowed
  }

  /** Whether anything could be done with the entity. */
  knows(entity: Entity): boolean {
    const access = this.entity(entity)
    const writes = ['create', 'update', 'delete'] as const
    return this.sees(entity) || writes.some((action) => access.decide(action).allowed)
  }

  refusal(details?: ErrorDetails): DBALError {
    const nobody = this.#kind === 'anonymous' || this.#kind === 'guest'
    return new DBALError(nobody ? 'UNAUTHORIZED' : 'FORBIDDEN', { details })
  }
}

/** Included, or a term of a filter. */
export type LinkUse = Extract<FieldUse, 'read' | 'filter'>

/** How the rows at the other end are reached (ACC-21). */
export function verbOver({ cardinality }: Relation, use: LinkUse): ReadVerb {
  return use === 'read' && cardinality === 'one' ? 'read' : 'list'
}

/** The rows that have a relation, and the related rows that it leads to. Both are false, or none. */
export interface Link {
  readonly near: FieldAccess
  readonly far: FieldAccess
}

const OPEN: Link = { near: true, far: true }
const CLOSED: Link = { near: false, far: false }

/** A guest has claims (a tenant, say), but is nobody in particular. */
type PrincipalKind = 'system' | 'anonymous' | 'guest' | 'user'

/** A rule made ready for rows at hand; `local`: the row's own values decide. */
export interface BoundRule extends BoundPredicate {
  readonly local: boolean
}

export interface Policy {
  readonly model: Model
  /** The access of a principal; an unknown role grants nothing. */
  access(principal: Principal): PrincipalAccess
  /** Queries with the rules folded in, beside the queries they were made from. */
  readonly plans: PlanCache<Folded>
  /** The same where one more rule is folded in: an operation's `row_level_check`, a check on a row. */
  plansFor(requirement: RulePredicate): PlanCache<Folded>
  readonly bound: PlanCache<BoundRule>
}

/** The policy that all who use the model share. */
export const policyOf = byModel(createPolicy)

/** Compiles nothing yet: each (roles, entity, action) is worked out on first use and kept. */
export function createPolicy(model: Model): Policy {
  const known = new Map<string, PrincipalAccess>()
  const byPrincipal = new WeakMap<Principal, PrincipalAccess>()
  const required = new WeakMap<RulePredicate, PlanCache<Folded>>()

  function find(principal: Principal): PrincipalAccess {
    const kind = kindOf(principal)
    const roles = rolesOf(model, principal, kind)
    const key = accessKey(roles, kind)
    let access = known.get(key)
    if (access === undefined) {
      access = new PrincipalAccess(model, roles, kind)
      known.set(key, access)
    }
    return access
  }

  return {
    model,
    plans: new PlanCache(),
    bound: new PlanCache(),
    plansFor(requirement) {
      let plans = required.get(requirement)
      if (plans === undefined) {
        plans = new PlanCache()
        required.set(requirement, plans)
      }
      return plans
    },
    access(principal) {
      let access = byPrincipal.get(principal)
      if (access === undefined) {
        access = find(principal)
        byPrincipal.set(principal, access)
      }
      return access
    },
  }
}

function kindOf(principal: Principal): PrincipalKind {
  if (principal.system) return 'system'
  if (principal.id !== undefined || principal.roles.length > 0) return 'user'
  return principal.claims.size === 0 ? 'anonymous' : 'guest'
}

/** Known roles only, in one order; an anonymous caller has the lowest one. */
function rolesOf(model: Model, principal: Principal, kind: PrincipalKind): string[] {
  if (kind === 'system') return []
  if (kind === 'anonymous' || kind === 'guest') return model.roles.names.slice(0, 1)
  return [...new Set(principal.roles)].filter((role) => model.roles.above.has(role)).sort()
}

function accessKey(roles: readonly string[], kind: PrincipalKind): string {
  return `${kind}:${roles.join('|')}`
}
