// The same requests over plain HTTP: one message, one answer. Nothing outlives it.
import { DBALError, invalid, isDBALError, type StopSignal } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import { loadEncoding, type Encoding } from '../protocol/encoding.ts'
import { readFrame, type RequestFrame } from '../protocol/frame.ts'
import { METHODS } from '../protocol/handshake.ts'
import { ENDED } from '../protocol/resumable.ts'
import type { RPC } from '../protocol/rpc-error.ts'
import { callerOf, type Caller, type Service } from './caller.ts'
import { encodeAnswer } from './encode-answer.ts'
import { perform } from './perform.ts'
import { answerError, ProtocolFault } from './protocol-fault.ts'
import { demandSchema, welcome } from './welcome.ts'

export interface PostAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface Post {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, unknown>>
  readonly signal: StopSignal
}

interface Answer {
  readonly status: number
  readonly retryAfter?: number | undefined
  /** Absent for a notification. */
  readonly frame?: object
}

const TYPES: ReadonlyMap<string, Encoding['name']> = new Map([
  ['application/json', 'json'],
  ['application/cbor', 'cbor'],
])

/** `signal` is aborted where nobody waits for the answer any more. */
export async function answerPost(
  service: Service,
  isDraining: boolean,
  { body, headers, signal }: Post,
): Promise<PostAnswer> {
  const name = TYPES.get(mediaType(headers['content-type']))
  const encoding = await loadEncoding(name ?? 'json')
  const answer = await answerBody(
    service,
    isDraining,
    { body, headers, signal },
    name && encoding,
  ).catch((error: unknown) => fail(null, error))
  const { status, retryAfter, frame } = answer
  const payload = frame === undefined ? '' : encodeAnswer(encoding, frame)
  return {
    status: frame === undefined ? 204 : status,
    headers: {
      'content-type': `application/${encoding.name}`,
      'cache-control': 'no-store',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfter)) }),
    },
    body: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
  }
}

async function answerBody(
  service: Service,
  isDraining: boolean,
  { body, headers, signal }: Post,
  encoding: Encoding | undefined,
): Promise<Answer> {
  if (encoding === undefined)
    return { ...fail(null, new ProtocolFault('INVALID', 'the body is JSON or CBOR')), status: 415 }
  if (isDraining)
    throw new DBALError('UNAVAILABLE', { details: { reason: ENDED.SHUTDOWN }, outcome: 'none' })
  const login = await service.host.login(bearer(headers['authorization']))
  if (login.expiresAt !== undefined && login.expiresAt <= Date.now())
    throw new DBALError('UNAUTHORIZED', { details: { reason: 'the login has ended' } })
  const caller = callerOf(service, login, undefined)
  const decoded = decode(encoding, body, service.limits.messageDepth)
  if (!Array.isArray(decoded)) return answerOne(caller, decoded, signal)
  const { batch } = service.limits
  if (decoded.length === 0 || decoded.length > batch)
    throw new ProtocolFault('INVALID', `a batch holds 1 to ${batch} requests`)
  const answers = await Promise.all(
    decoded.map((item: JsonValue) => answerOne(caller, item, signal)),
  )
  const frames = answers.flatMap(({ frame }) => frame ?? [])
  return frames.length === 0 ? { status: 204 } : { status: 200, frame: frames }
}

async function answerOne(caller: Caller, value: JsonValue, signal: StopSignal): Promise<Answer> {
  const frame = readFrame(value)
  if (frame.kind !== 'request') {
    const reason = frame.kind === 'invalid' ? frame.reason : 'a request is wanted'
    return fail(frame.id, new ProtocolFault('INVALID', reason))
  }
  const { id } = frame
  try {
    const result = await performOne(caller, frame, signal)
    return id === undefined
      ? { status: 204 }
      : { status: 200, frame: { jsonrpc: '2.0', id, result } }
  } catch (error) {
    return id === undefined ? { status: 204 } : fail(id, error)
  }
}

async function performOne(
  caller: Caller,
  frame: RequestFrame,
  signal: StopSignal,
): Promise<JsonValue> {
  const { service, login } = caller
  if (frame.method === METHODS.HELLO) {
    const { answer } = await welcome(service, frame.params, async (token) => {
      if (token === undefined) return login
      throw invalid([{ field: 'token', error: 'travels in the authorization header here' }])
    })
    return answer as unknown as JsonValue
  }
  demandSchema(service.host, frame.meta.schema)
  return perform(caller, frame, signal)
}

function decode(encoding: Encoding, body: Uint8Array, maxDepth: number): JsonValue {
  try {
    const payload =
      encoding.name === 'json' ? new TextDecoder('utf-8', { fatal: true }).decode(body) : body
    return encoding.decode(payload, maxDepth)
  } catch {
    throw new ProtocolFault('PARSE', 'the body is not well-formed, or nested too deeply')
  }
}

/** The HTTP status is the error's own, so that a proxy understands it. */
function fail(id: string | number | null, error: unknown): Answer {
  const known = isDBALError(error) ? error : undefined
  const malformed = error instanceof ProtocolFault
  return {
    status: known?.httpStatus ?? (malformed ? MALFORMED[error.fault] : 500),
    retryAfter: known?.details?.retryAfter,
    frame: { jsonrpc: '2.0', id, error: answerError(error) },
  }
}

const MALFORMED: Readonly<Record<keyof typeof RPC, number>> = {
  PARSE: 400,
  INVALID: 400,
  METHOD: 404,
  PARAMS: 422,
}

function bearer(header: unknown): string | undefined {
  if (header === undefined) return undefined
  const found = /^Bearer +([^\s]+) *$/i.exec(String(header))
  if (found?.[1] === undefined)
    throw new DBALError('UNAUTHORIZED', { details: { reason: 'authorization is not a bearer' } })
  return found[1]
}

function mediaType(header: unknown): string {
  return (String(header ?? '').split(';')[0] ?? '').trim().toLowerCase()
}
