import type { Operation } from '@proj/dbal-contract'
import { invalid, isPlainObject } from '@proj/dbal-contract/base'
import { withHint } from '../query/unknown-name.ts'

const KEYS: ReadonlySet<string> = new Set(['entity', 'action', 'input'])

/**
 * Throws VALIDATION_ERROR for what is no operation, and for keys that none has; `at` is where it stands.
 * Who it names is looked up elsewhere.
 */
export function demandOperation(asked: unknown, at = 'operation'): asserts asked is Operation {
  if (!isPlainObject(asked)) throw invalid([{ field: at, error: 'must be an object' }])
  for (const key in asked)
    if (!KEYS.has(key) && Object.hasOwn(asked, key)) throw unknownKeys(asked, at)
}

/** Throws VALIDATION_ERROR that names the first one that is none by its place. */
export function demandOperations(asked: unknown): asserts asked is readonly Operation[] {
  if (!Array.isArray(asked)) throw invalid([{ field: 'operations', error: 'must be a list' }])
  for (let at = 0; at < asked.length; at += 1) demandOperation(asked[at], `operations[${at}]`)
}

function unknownKeys(asked: Readonly<Record<string, unknown>>, at: string): Error {
  const unknown = Object.keys(asked).filter((key) => !KEYS.has(key))
  return invalid(
    unknown.map((key) => ({
      field: `${at}.${key}`,
      error: withHint('is not a known key', key, KEYS),
    })),
  )
}
