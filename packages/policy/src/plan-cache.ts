/** Results kept beside the object they were made from, by a key of their own (roles, verb, …). */
export class PlanCache<T> {
  readonly #plans = new WeakMap<object, Map<string, T>>()

  get(from: object, key: string, build: () => T): T {
    let plans = this.#plans.get(from)
    if (plans === undefined) {
      plans = new Map()
      this.#plans.set(from, plans)
    }
    let plan = plans.get(key)
    if (plan === undefined) {
      plan = build()
      // Keys come from what callers ask; a hostile one must not grow them without bound. The oldest
      // makes room, so that the others are not built anew all at once.
      for (const oldest of plans.keys()) {
        if (plans.size < MAX_PLANS) break
        plans.delete(oldest)
      }
      plans.set(key, plan)
    }
    return plan
  }
}

const MAX_PLANS = 500
