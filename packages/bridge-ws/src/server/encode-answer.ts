import { DBALError } from '@proj/dbal-contract'
import type { Encoding, Payload, SentFrame } from '../protocol/encoding.ts'
import type { FrameId } from '../protocol/frame.ts'
import { encodeError } from '../protocol/rpc-error.ts'

/** A frame, or those of a batch; where a handler answered what is no JSON, a fault of the server's. */
export function encodeAnswer(encoding: Encoding, frame: object): Payload {
  try {
    return Array.isArray(frame) ? encoding.encode(frame) : encoding.encodeFrame(frame as SentFrame)
  } catch {
    const id = (frame as { readonly id?: FrameId }).id ?? null
    const error = encodeError(new DBALError('INTERNAL_ERROR'))
    return encoding.encode({ jsonrpc: '2.0', id, error })
  }
}
