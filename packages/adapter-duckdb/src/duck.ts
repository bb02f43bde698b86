// @duckdb/node-api, loaded on first use: importing it takes about 100 ms.

export type Duck = typeof import('@duckdb/node-api')
/** The functions of DuckDB's C interface, on which @duckdb/node-api stands. */
export type Binding = typeof import('@duckdb/node-bindings')

export function loadDuck(): Promise<Duck> {
  return import('@duckdb/node-api')
}

export async function loadBinding(): Promise<Binding> {
  return (await import('@duckdb/node-bindings')).default
}
