// Why a push failed, asked of the database afterwards: the engine's own words must not leave the adapter.
import { DBALError, isDBALError, type ErrorCode, type SchemaPort } from '@proj/dbal-contract'
import { rowWhere, type Guard } from './guards.ts'
import type { PushPlan } from './plan-push.ts'

/**
 * The error to throw in place of `error`: a guard's own where its condition holds, else one with a
 * reason that counts the rows that do not fit.
 */
export async function explainFailure(
  port: SchemaPort,
  { probes, dialect }: PushPlan,
  error: unknown,
  guards: readonly Guard[],
): Promise<unknown> {
  if (!isDBALError(error) || error.retryable) return error
  for (const { condition, error: guardError } of guards)
    if ((await ask(port, rowWhere(condition))) !== undefined) return guardError(error)
  const found = new Map<string, ErrorCode>()
  for (const { query, code, say } of probes) {
    const n = Number((await ask(port, query))?.['n'] ?? 0)
    if (n > 0) found.set(say(n), code)
  }
  const [first] = found.values()
  const what = found.size > 0 ? [...found.keys()].join('; ') : generalReason(error)
  const kept = dialect.transactionalDdl
    ? 'nothing was changed'
    : 'the steps before this one are done; push again to go on'
  return new DBALError(first ?? error.code, {
    details: { reason: `${what}; ${kept}` },
    cause: error,
  })
}

function generalReason({ code, details }: DBALError): string {
  const isAboutRows = code === 'CONFLICT' || code === 'VALIDATION_ERROR'
  if (isAboutRows) return 'rows there do not fit the contract'
  return details?.reason ?? 'the database refused a step'
}

/** The first row; none for a query about what only the failed push would have made. */
async function ask(
  port: SchemaPort,
  query: string,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    return (await port.query(query))[0]
  } catch {
    return undefined
  }
}
