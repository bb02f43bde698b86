// A DBALError as JSON-RPC has errors, and back. What stays behind is the cause: nothing of an engine.
import { DBALError, isDBALError, rpcErrorCode } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import type { RpcError } from './frame.ts'

/** The numbers that JSON-RPC 2.0 reserves for what went wrong before any method was found. */
export const RPC = { PARSE: -32_700, INVALID: -32_600, METHOD: -32_601, PARAMS: -32_602 } as const

/** Whatever is thrown; what is no DBALError tells nothing but that. */
export function encodeError(error: unknown): RpcError {
  const known = isDBALError(error) ? error : new DBALError('INTERNAL_ERROR')
  const {
    name: _,
    message: _text,
    ...data
  } = DBALError.prototype.toJSON.call(known) as Record<string, JsonValue>
  return { code: rpcErrorCode(known.code, known.httpStatus), message: known.message, data }
}

/** What a message was refused with before it was a request. */
export function protocolError(code: number, reason: string): RpcError {
  const data = { code: 'VALIDATION_ERROR', httpStatus: 422, details: { reason } }
  return { code, message: new DBALError('VALIDATION_ERROR').message, data }
}

/** Throws nothing: an answer that makes no sense is an INTERNAL_ERROR. */
export function decodeError({ message, data = {} }: RpcError): DBALError {
  const { code, httpStatus, details, retryable, outcome, requestId, decisionId } = data
  if (typeof code !== 'string') return new DBALError('INTERNAL_ERROR')
  const init: Record<string, unknown> = { message }
  if (typeof httpStatus === 'number') init['httpStatus'] = httpStatus
  if (typeof retryable === 'boolean') init['retryable'] = retryable
  if (typeof details === 'object' && details !== null) init['details'] = details
  if (outcome === 'none' || outcome === 'unknown' || outcome === 'applied')
    init['outcome'] = outcome
  if (typeof requestId === 'string') init['requestId'] = requestId
  if (typeof decisionId === 'string') init['decisionId'] = decisionId
  return new DBALError(code, init)
}
