// The requests of one connection, side by side, each answered once.
import { CallSignal, DBALError } from '@proj/dbal-contract'
import type { FrameId, RequestFrame } from '../protocol/frame.ts'
import { METHODS } from '../protocol/handshake.ts'
import { RequestTable } from '../request-table.ts'
import type { Caller } from './caller.ts'
import type { Flow } from './flow.ts'
import type { Reply } from './message-reader.ts'
import { perform } from './perform.ts'
import { answerError } from './protocol-fault.ts'

/**
 * `control` is answered at once, and has to be: it makes room. What is `lasting` takes none of what there is for
 * requests that pass.
 */
const KINDS: ReadonlyMap<string, 'control' | 'lasting'> = new Map([
  [METHODS.PING, 'control'],
  [METHODS.CANCEL, 'control'],
  [METHODS.CREDIT, 'control'],
  [METHODS.STREAM, 'lasting'],
  [METHODS.SUBSCRIBE, 'lasting'],
])

export class RunningRequests {
  readonly #flow: Flow
  readonly #running = new RequestTable<CallSignal>()

  constructor(flow: Flow) {
    this.#flow = flow
  }

  has(id: FrameId | undefined): boolean {
    return id !== undefined && this.#running.has(id)
  }

  /** With a refusal only what is control is done. */
  run(caller: Caller, frame: RequestFrame, refusal: DBALError | undefined, reply: Reply): void {
    const { id, method } = frame
    const kind = KINDS.get(method) ?? 'passing'
    if (refusal !== undefined && kind !== 'control')
      return reply(id === undefined ? undefined : failure(id, refusal))
    const signal = new CallSignal()
    if (id !== undefined && kind !== 'control') this.#running.set(id, signal)
    if (kind === 'passing') this.#flow.begin()
    const settle = (answer: object | undefined): void => {
      if (id !== undefined && kind !== 'control') this.#running.delete(id)
      if (kind === 'passing') this.#flow.end()
      reply(answer)
      this.#flow.steer()
    }
    perform(caller, frame, signal).then(
      (result) => settle(id === undefined ? undefined : { jsonrpc: '2.0', id, result }),
      (error: unknown) => settle(id === undefined ? undefined : failure(id, error)),
    )
    this.#flow.steer()
  }

  /** False where nothing runs under that id. */
  stop(id: FrameId, reason: DBALError): boolean {
    const running = this.#running.get(id)
    running?.abort(reason)
    return running !== undefined
  }

  /** Nobody is left to be answered. */
  stopAll(): void {
    for (const signal of this.#running.values()) signal.abort(new DBALError('CANCELLED'))
  }
}

function failure(id: FrameId, error: unknown): object {
  return { jsonrpc: '2.0', id, error: answerError(error) }
}
