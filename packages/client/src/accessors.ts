// `client.users.create(…)`: accessors and methods are made when first named and kept.
import type { ClientScope } from './scoped-client.ts'

/**
 * An accessor for every entity: `client.users.create(…)`. The generated client types them; here their
 * names and methods come from a spec that the compiler does not see.
 */
export interface Accessors {
  // oxlint-disable-next-line typescript/no-explicit-any -- unknown would make every call a cast
  readonly [accessor: string]: any
}

/** A name asked for by the language itself, which must not look like an entity. */
const NOT_ENTITIES: ReadonlySet<string> = new Set([
  'then',
  'catch',
  'finally',
  'toJSON',
  'constructor',
  'prototype',
  '__proto__',
  'asymmetricMatch',
  'nodeType',
  '$$typeof',
])

export function withAccessors<T extends ClientScope>(scope: T): T & Accessors {
  const made = new Map<string, unknown>()
  return new Proxy(scope, {
    get(target, name): unknown {
      if (typeof name === 'symbol' || name in target) {
        const member: unknown = Reflect.get(target, name, target)
        return typeof member === 'function' ? (member.bind(target) as unknown) : member
      }
      if (NOT_ENTITIES.has(name)) return undefined
      let accessor = made.get(name)
      if (accessor === undefined) {
        accessor = createAccessor(target, name)
        made.set(name, accessor)
      }
      return accessor
    },
  })
}

function createAccessor(scope: ClientScope, accessor: string): object {
  const methods = new Map<string, unknown>()
  return new Proxy(Object.freeze(Object.create(null) as object), {
    get(_, method): unknown {
      if (typeof method === 'symbol' || NOT_ENTITIES.has(method)) return undefined
      let made = methods.get(method)
      if (made === undefined) {
        made = (...args: readonly unknown[]) => scope.invoke(accessor, method, args)
        methods.set(method, made)
      }
      return made
    },
  })
}
