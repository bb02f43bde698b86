import type { Adapter, Query, Store } from '@proj/dbal-contract'
import { borrowed } from './closed-with.ts'

/** The same adapter, which notes the entities that rows were stored in, and is not closed. */
export function tracked(adapter: Adapter, stored: Set<string>): Adapter {
  const note = (query: Query): void => {
    if (query.kind === 'insert') stored.add(query.entity)
  }
  const over = (store: Store): Store => ({
    run: (query, params, options) => {
      note(query)
      return store.run(query, params, options)
    },
    transaction: (work, options) => store.transaction((inner) => work(over(inner)), options),
  })
  return { ...borrowed(adapter), ...over(adapter) }
}
