import { unsupported } from '@proj/dbal-contract'
import type { JsonPath } from './dialect.ts'

/**
 * `$."key"[0]`, understood by SQLite, MySQL and DuckDB. Throws CAPABILITY_NOT_SUPPORTED for a key that
 * their paths cannot spell the same way.
 */
export function jsonPathText(path: JsonPath): string {
  return `$${path.map(jsonPathStep).join('')}`
}

function jsonPathStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`
  // oxlint-disable-next-line eslint/no-control-regex
  if (/["\\\u0000-\u001f]/.test(step))
    throw unsupported('json_queries', 'a key of the path has characters that paths cannot spell')
  return `."${step}"`
}
