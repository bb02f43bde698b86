// Why a push failed, asked of the database afterwards: the engine's own words must not leave the adapter.
import { DBALError, isDBALError, type ErrorCode, type SchemaPort } from '@proj/dbal-contract'
import type { Step } from '../step.ts'
import { rowWhere, type Guard } from './guards.ts'
import type { PushPlan } from './plan-push.ts'

export interface Failure {
  readonly error: unknown
  readonly guards: readonly Guard[]
  /** The one that failed, where that is known. */
  readonly step?: Step
}

/**
 * The error to throw in place of the engine's: a guard's own where its condition holds, else one with a
 * reason that counts the rows that do not fit, or names the changes that they do not fit.
 */
export async function explainFailure(
  port: SchemaPort,
  { probes, dialect, steps }: PushPlan,
  { error, guards, step }: Failure,
): Promise<unknown> {
  if (!isDBALError(error)) return error
  // DuckDB calls duplicates a conflict with another transaction: it finds them as it commits.
  if (error.retryable && error.code !== 'SERIALIZATION_CONFLICT') return error
  for (const { condition, error: guardError } of guards)
    if ((await ask(port, rowWhere(condition))) !== undefined) return guardError(error)
  const found = new Map<string, ErrorCode>()
  for (const { table, query, code, say } of probes) {
    if (step !== undefined && step.table !== table) continue
    const n = Number((await ask(port, query))?.['n'] ?? 0)
    if (n > 0) found.set(say(n), code)
  }
  const [first] = found.values()
  if (first === undefined && error.retryable) return error
  const suspects = step === undefined ? steps.filter(mayFail) : [step]
  const what = found.size > 0 ? [...found.keys()].join('; ') : generalReason(error, suspects)
  const kept = dialect.transactionalDdl
    ? 'nothing was changed'
    : 'the steps before this one are done; push again to go on'
  return new DBALError(first ?? error.code, {
    details: { reason: `${what}; ${kept}` },
    cause: error,
  })
}

/** What is dropped breaks nothing. */
function mayFail({ kind, risk }: Step): boolean {
  return risk === 'may_fail' || (risk === 'loses_data' && kind === 'alter_column')
}

function generalReason({ code, details }: DBALError, suspects: readonly Step[]): string {
  if (code !== 'CONFLICT' && code !== 'VALIDATION_ERROR')
    return details?.reason ?? 'the database refused a step'
  const general = 'rows there do not fit the contract'
  if (suspects.length === 0) return general
  return `${general}: ${suspects.map(({ description }) => description).join('; ')}`
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
