import type { Adapter } from '@proj/dbal-contract'

/** The same adapter; what was made for it goes when it is closed. */
export function closedWith(adapter: Adapter, close: () => Promise<unknown>): Adapter {
  return {
    ...forwarded(adapter),
    close: async () => {
      await adapter.close()
      await close()
    },
  }
}

/** The same adapter, which a client that closes does not close. */
export function borrowed(adapter: Adapter): Adapter {
  return { ...forwarded(adapter), close: () => Promise.resolve() }
}

function forwarded(adapter: Adapter): Omit<Adapter, 'close'> {
  const { name, capabilities, schema } = adapter
  return {
    name,
    capabilities,
    ...(schema === undefined ? {} : { schema }),
    ...(adapter.explain === undefined
      ? {}
      : { explain: (query) => adapter.explain?.(query) ?? [] }),
    ...(adapter.pool === undefined ? {} : { pool: adapter.pool }),
    run: (query, params, options) => adapter.run(query, params, options),
    transaction: (work, options) => adapter.transaction(work, options),
  }
}
