import type { RpcError } from '../protocol/frame.ts'
import { encodeError, protocolError, RPC } from '../protocol/rpc-error.ts'

/** A message that is no request of this protocol; thrown before any operation is looked for. */
export class ProtocolFault extends Error {
  readonly fault: keyof typeof RPC

  constructor(fault: keyof typeof RPC, reason: string) {
    super(reason)
    this.fault = fault
  }
}

/** Anything that was thrown, as an answer. */
export function answerError(error: unknown): RpcError {
  return error instanceof ProtocolFault
    ? protocolError(RPC[error.fault], error.message)
    : encodeError(error)
}
