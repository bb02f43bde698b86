// One caller's rules over one connection: what the parts of the guarded store share. It decides nothing;
// it knows whose rules hold, keeps folded queries, and runs them.
import type {
  DBALError,
  ErrorDetails,
  Params,
  Principal,
  Query,
  QueryResult,
  Row,
  RunOptions,
  SelectQuery,
  Store,
} from '@proj/dbal-contract'
import type { Entity, RulePredicate } from '@proj/dbal-schema'
import type { Folded } from './fold-query.ts'
import type { Policy, PrincipalAccess } from './principal-access.ts'
import { resolveParams, type ReferenceScope } from './references.ts'

export interface Requirement {
  readonly entity: string
  /** Of rows as they are. */
  readonly rows: RulePredicate | undefined
  /** Of rows that are made, as they will be. */
  readonly image: RulePredicate | undefined
}

export interface CallScope extends ReferenceScope {
  /** `row_level_check` of the operation, over and above the rules of its own entity. */
  readonly requirement?: Requirement | undefined
  readonly run?: RunOptions | undefined
  /** The store is one connection with an open transaction. */
  readonly inTransaction?: boolean | undefined
}

const SYSTEM: Principal = { system: true, roles: [], claims: new Map(), context: new Map() }

export class Guard {
  readonly store: Store
  readonly policy: Policy
  readonly scope: CallScope
  readonly access: PrincipalAccess
  /** Options of a query that the store may hold against the rules of the caller. */
  readonly asked: RunOptions | undefined
  /** Whose call it is, whoever's rules are asked: a refusal is his (ACC-14). */
  readonly #caller: PrincipalAccess

  constructor(store: Store, policy: Policy, scope: CallScope, caller?: PrincipalAccess) {
    this.store = store
    this.policy = policy
    this.scope = scope
    this.access = policy.access(scope.principal)
    this.#caller = caller ?? this.access
    const { principal, run } = scope
    this.asked = principal.system ? run : { signal: run?.signal, principal }
  }

  refusal(details?: ErrorDetails): DBALError {
    return this.#caller.refusal(details)
  }

  /** What `foldSelect` and its like are given. */
  get rules(): { readonly model: Policy['model']; readonly access: PrincipalAccess } {
    return { model: this.policy.model, access: this.access }
  }

  requirement(entity: Entity, of: 'rows' | 'image' = 'rows'): RulePredicate | undefined {
    const { requirement } = this.scope
    return requirement?.entity === entity.name ? requirement[of] : undefined
  }

  /** What is folded from this template for these roles; `use` names all else that changes it. */
  plan<Q extends Query>(
    template: Query,
    use: string,
    requirement: RulePredicate | undefined,
    build: () => Folded<Q>,
  ): Folded<Q> {
    // An operation's own check is one object in the model, so its plans hang on it and the query both.
    const plans = requirement === undefined ? this.policy.plans : this.policy.plansFor(requirement)
    return plans.get(template, this.access.keyOf(use), build) as Folded<Q>
  }

  run(folded: Folded, params: Params): Promise<QueryResult> {
    const { query, base, references, unlocked } = folded
    const all = resolveParams(params, base, references, this.scope)
    return this.store.run(query, all, unlocked ? this.scope.run : this.asked)
  }

  /** Past the rules: for what the product itself has to know. */
  async rows(query: SelectQuery, params: Params): Promise<readonly Row[]> {
    return (await this.store.run(query, params, this.scope.run)).rows as readonly Row[]
  }

  /** The same caller on another connection. */
  on(store: Store, inTransaction: boolean): Guard {
    return new Guard(store, this.policy, { ...this.scope, inTransaction }, this.#caller)
  }

  /** Bound by nothing but what `<action>: false` forbids to all. */
  asSystem(): Guard {
    return new Guard(this.store, this.policy, { ...this.scope, principal: SYSTEM }, this.#caller)
  }

  /** A refusal undoes the whole transaction, so an open one serves; else `work` gets its own. */
  atomically<T>(work: (guard: Guard) => Promise<T>): Promise<T> {
    if (this.scope.inTransaction === true) return work(this)
    return this.store.transaction((store) => work(this.on(store, true)), this.scope.run)
  }
}
