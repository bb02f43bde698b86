// One message over HTTP, and what became of it. The token travels in a header, never in the url, and nowhere else:
// redirects are not followed.
import { DBALError, unsupported } from '@proj/dbal-contract'
import type { Encoding, Payload } from '../protocol/encoding.ts'
import { readFrame, type FrameId, type ResponseFrame } from '../protocol/frame.ts'

export interface HttpEndpoint {
  readonly url: string
  readonly encoding: Encoding
}

export interface Message {
  readonly id: FrameId
  readonly payload: Payload
  readonly token: string | undefined
  readonly signal: AbortSignal
}

export type Exchanged =
  | { readonly kind: 'answered'; readonly frame: ResponseFrame }
  /** It will not be otherwise when it is sent again. */
  | { readonly kind: 'refused'; readonly error: DBALError }
  /** It did not come to the daemon. */
  | { readonly kind: 'undone' }
  /** It may have come to the daemon. */
  | { readonly kind: 'lost' }

/** Answers come from a server that is trusted with more than their depth. */
const MAX_DEPTH = 1_000
const TOO_LARGE = 413
/** What a header may hold. */
const TOKEN = /^[\x21-\x7e]+$/

/** Never rejects. */
export async function exchange(endpoint: HttpEndpoint, message: Message): Promise<Exchanged> {
  const { token, payload, signal } = message
  if (token !== undefined && !TOKEN.test(token)) return refused(new DBALError('UNAUTHORIZED'))
  const { fetch: ask } = globalThis as { readonly fetch?: typeof fetch }
  if (ask === undefined) return refused(unsupported('http', 'this runtime has no fetch'))
  const { encoding, url } = endpoint
  const type = `application/${encoding.name}`
  try {
    const response = await ask(url, {
      method: 'POST',
      headers: {
        'content-type': type,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: payload as string,
      signal,
      redirect: 'error',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    })
    return judge(response.status, read(encoding, await response.arrayBuffer()), message.id)
  } catch {
    return { kind: 'lost' }
  }
}

/** Undefined for what is none of the protocol: it comes from somebody on the way. */
function read(encoding: Encoding, body: ArrayBuffer): ResponseFrame | undefined {
  try {
    const bytes = new Uint8Array(body)
    const payload = encoding.name === 'json' ? new TextDecoder().decode(bytes) : bytes
    const frame = readFrame(encoding.decode(payload, MAX_DEPTH))
    return frame.kind === 'response' ? frame : undefined
  } catch {
    return undefined
  }
}

function judge(status: number, frame: ResponseFrame | undefined, id: FrameId): Exchanged {
  // Without an id it is an error that is about the message and not about what it asks.
  if (frame !== undefined && (frame.id === id || (frame.id === null && frame.error !== undefined)))
    return { kind: 'answered', frame }
  if (status === TOO_LARGE)
    return refused(
      new DBALError('VALIDATION_ERROR', { details: { reason: 'the message is too large' } }),
    )
  return { kind: status >= 400 && status < 500 ? 'undone' : 'lost' }
}

function refused(error: DBALError): Exchanged {
  return { kind: 'refused', error }
}
