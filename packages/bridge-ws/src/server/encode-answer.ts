import { DBALError } from '@proj/dbal-contract'
import type { Encoding, Payload } from '../protocol/encoding.ts'
import type { FrameId } from '../protocol/frame.ts'
import { encodeError } from '../protocol/rpc-error.ts'

/** Where a handler answered what is no JSON, a fault of the server's. */
export function encodeAnswer(encoding: Encoding, frame: object): Payload {
  try {
    return encoding.encode(frame)
  } catch {
    const id = (frame as { readonly id?: FrameId }).id ?? null
    const error = encodeError(new DBALError('INTERNAL_ERROR'))
    return encoding.encode({ jsonrpc: '2.0', id, error })
  }
}
