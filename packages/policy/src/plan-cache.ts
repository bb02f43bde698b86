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

const MAX_USES = 50

const uses = new WeakMap<readonly string[], Map<string, string>>()

/** A use of these fields as one text: for a list that is kept, the same text each time, which is hashed once. */
export function useOf(use: string, fields: readonly string[]): string {
  let known = uses.get(fields)
  if (known === undefined) {
    known = new Map()
    uses.set(fields, known)
  }
  let text = known.get(use)
  if (text === undefined) {
    text = `${use}:${fields.join()}`
    // Uses may name fields that callers choose.
    if (known.size < MAX_USES) known.set(use, text)
  }
  return text
}
