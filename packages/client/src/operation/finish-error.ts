// The last hand on an error: the catalogue's sentence and status, the operation's own text, an id.
import type { Operation } from '@proj/dbal-contract'
import { amend, DBALError, isDBALError } from '@proj/dbal-contract/base'
import { findRuleFamily, type Entity, type Model } from '@proj/dbal-schema/model'
import { newRequestId } from './request-id.ts'

/**
 * The error as the caller gets it; INTERNAL_ERROR for anything that is none of ours. One that was
 * finished before, in a call inside this one, stays as it is.
 */
export function finishError(
  cause: unknown,
  model: Model | undefined,
  operation?: Partial<Operation>,
  requestId?: string,
): DBALError {
  if (isDBALError(cause) && cause.requestId !== undefined) return cause
  const error = isDBALError(cause) ? cause : new DBALError('INTERNAL_ERROR', { cause })
  const spec = model?.errors.codes.get(error.code)
  return amend(error, {
    message: spec?.message ?? error.message,
    httpStatus: spec?.httpStatus ?? error.httpStatus,
    details: completeDetails(error, model, operation, spec?.retryAfter),
    requestId: requestId ?? newRequestId(),
  })
}

function completeDetails(
  error: DBALError,
  model: Model | undefined,
  operation: Partial<Operation> | undefined,
  retryAfter: number | undefined,
): DBALError['details'] {
  const { details } = error
  const reason = details?.reason ?? ownText(error, model, operation)
  const added = {
    ...(reason === undefined ? {} : { reason }),
    ...(retryAfter === undefined ? {} : { retryAfter: details?.retryAfter ?? retryAfter }),
  }
  return Object.keys(added).length === 0 ? details : { ...details, ...added }
}

/** The operation's text for a taken value (`<field>_unique`), else for the code. */
function ownText(
  { code, details }: DBALError,
  model: Model | undefined,
  { entity = '', action }: Partial<Operation> = {},
): string | undefined {
  const known = model?.entities.get(entity) ?? model?.accessors.get(entity)
  if (known === undefined) return undefined
  const specs = [...known.operations.values()]
  const spec = specs.find((each) => each.name === action || each.method === action)
  const told = (details?.conflict === 'unique' ? details.fields : undefined) ?? []
  const taken = takenKey(
    known,
    told.map(({ field }) => field),
  )
  const isTaken = (rule: string): boolean => {
    const family = findRuleFamily(known, rule)
    return family?.kind === 'unique' && family.fields.every((name) => taken.includes(name))
  }
  return (
    spec?.validation.find(({ rule }) => isTaken(rule))?.message ??
    spec?.errors.find((each) => each.code === code)?.message
  )
}

/** All fields of the key: the caller is told of those only that he knows (ACC-39). */
function takenKey({ uniques }: Entity, told: readonly string[]): readonly string[] {
  const isWhole = uniques.some(
    (key) => key.length === told.length && key.every((name) => told.includes(name)),
  )
  if (isWhole || told.length === 0) return told
  return uniques.find((key) => told.every((name) => key.includes(name))) ?? told
}
