// Who may import whom. check-layers.mjs holds the sources against this table.
const ADAPTERS = ['adapter-memory', 'adapter-prisma', 'adapter-sqlite', 'adapter-duckdb']
export const ANYTHING = '*'

/**
 * Folder → folders that it may import. Any package may `import type` from schema.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const LAYERS = {
  schema: [],
  contract: ['schema'],
  sql: ['contract'],
  'adapter-memory': ['contract'],
  'adapter-prisma': ['contract', 'sql', 'adapter-sqlite'],
  'adapter-sqlite': ['contract', 'sql'],
  'adapter-duckdb': ['contract', 'sql'],
  'bridge-ws': ['contract'],
  policy: ['schema', 'contract'],
  sandbox: ['contract'],
  client: ['schema', 'contract', 'policy'],
  migrate: ['schema', 'contract', 'sql'],
  codegen: ['schema', 'contract', 'sql', 'policy', 'migrate'],
  daemon: ['schema', 'contract', 'client', 'bridge-ws', 'codegen'],
  cli: [ANYTHING],
  bench: [ANYTHING],
  conformance: ['schema', 'contract', 'sql', 'client', 'migrate', 'bridge-ws', 'adapter-memory'],
}

/**
 * Optional peers: reached by `import()` when the configuration names them, or for types only.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const OPTIONAL_PEERS = {
  client: [...ADAPTERS, 'bridge-ws', 'sandbox'],
  conformance: ADAPTERS.filter((name) => name !== 'adapter-memory'),
}
