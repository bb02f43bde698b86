// @duckdb/node-api, loaded on first use: importing it takes about 100 ms.

export type Duck = typeof import('@duckdb/node-api')

export function loadDuck(): Promise<Duck> {
  return import('@duckdb/node-api')
}
