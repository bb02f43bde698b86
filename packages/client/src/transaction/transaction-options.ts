import type { FieldError } from '@proj/dbal-contract'
import { invalid } from '@proj/dbal-contract/base'
import type { ClientTransactionOptions } from '../backend/backend.ts'
import { splitOptions } from '../operation/call-options.ts'

/** The options that are given. Throws VALIDATION_ERROR; which isolation there is, the engine says. */
export function readTransactionOptions(value: unknown): ClientTransactionOptions {
  const { own, options } = splitOptions(value, ['isolation', 'retry'])
  const { requestId, ...limits } = options
  const errors: FieldError[] = []
  if (requestId !== undefined)
    errors.push({ field: 'options.requestId', error: 'is an option of a call' })
  if (own['retry'] !== undefined && typeof own['retry'] !== 'boolean')
    errors.push({ field: 'retry', error: 'must be true or false' })
  if (errors.length > 0) throw invalid(errors)
  return { ...own, ...limits }
}
