// The messages of the protocol: JSON-RPC 2.0, with what belongs to a call and not to its operation in
// `meta`. Reading judges what comes from a stranger; what an operation's input may be is judged elsewhere.
import { isPlainObject } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'

export type FrameId = string | number

export interface Meta {
  /** Milliseconds from the receipt on. */
  readonly timeoutMs?: number | undefined
  readonly requestId?: string | undefined
  /** The key under which a mutation runs once. */
  readonly key?: string | undefined
  /** The open transaction that the call belongs to. */
  readonly tx?: string | undefined
  /** The hash of the contract that hello was answered with; where no connection keeps it. */
  readonly schema?: string | undefined
  /** The input holds misfits. */
  readonly misfits?: boolean | undefined
}

export interface RequestFrame {
  readonly kind: 'request'
  /** Absent in a notification. */
  readonly id: FrameId | undefined
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
  readonly meta: Meta
}

export interface ResponseFrame {
  readonly kind: 'response'
  readonly id: FrameId | null
  readonly result?: JsonValue
  readonly error?: RpcError
}

export interface InvalidFrame {
  readonly kind: 'invalid'
  readonly id: FrameId | null
  readonly reason: string
}

/** `data` is a DBALError without its message. */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: Readonly<Record<string, JsonValue>>
}

export type Frame = RequestFrame | ResponseFrame | InvalidFrame

const MAX_ID_LENGTH = 64
const MAX_TEXT = 200
/** The longest delay a timer takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1
const NONE = Object.freeze({})

/** One message that is no batch. */
export function readFrame(value: unknown): Frame {
  if (!isPlainObject(value)) return refuse(null, 'a message is an object')
  const given = own(value, 'id')
  const id = isFrameId(given) ? given : null
  if (own(value, 'jsonrpc') !== '2.0') return refuse(id, 'jsonrpc must be "2.0"')
  const method = own(value, 'method')
  if (method === undefined) return readResponse(value, given)
  if (given !== undefined && !isFrameId(given))
    return refuse(null, `an id is a text of 1 to ${MAX_ID_LENGTH} characters or a 32-bit integer`)
  if (typeof method !== 'string' || method.length > MAX_TEXT)
    return refuse(id, 'method must be a text')
  const params = own(value, 'params') ?? NONE
  if (!isPlainObject(params)) return refuse(id, 'params must be an object')
  const meta = readMeta(own(value, 'meta'))
  if (typeof meta === 'string') return refuse(id, meta)
  return { kind: 'request', id: id ?? undefined, method, params, meta }
}

function readResponse(value: Readonly<Record<string, unknown>>, id: unknown): Frame {
  if (id !== null && !isFrameId(id)) return refuse(null, 'method is missing')
  const error = own(value, 'error')
  if (error !== undefined) {
    const read = readError(error)
    return read === undefined
      ? refuse(id, 'error must be an object with code and message')
      : { kind: 'response', id, error: read }
  }
  if (!Object.hasOwn(value, 'result')) return refuse(id, 'method is missing')
  return { kind: 'response', id, result: value['result'] as JsonValue }
}

function readError(value: unknown): RpcError | undefined {
  if (!isPlainObject(value)) return undefined
  const { code, message, data } = value
  if (typeof code !== 'number' || typeof message !== 'string') return undefined
  return {
    code,
    message,
    ...(isPlainObject(data) ? { data: data as Record<string, JsonValue> } : {}),
  }
}

/** A sentence where it makes no sense; keys that it does not know are a later version's. */
function readMeta(value: unknown): Meta | string {
  if (value === undefined) return NONE
  if (!isPlainObject(value)) return 'meta must be an object'
  const timeoutMs = own(value, 'timeoutMs')
  const inTime = typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS
  if (timeoutMs !== undefined && !inTime)
    return `meta.timeoutMs must be a number from 1 to ${MAX_TIMEOUT_MS}`
  const meta: Record<string, unknown> = {}
  if (timeoutMs !== undefined) meta['timeoutMs'] = timeoutMs
  for (const name of ['requestId', 'key', 'tx', 'schema']) {
    const text = own(value, name)
    if (text === undefined) continue
    if (typeof text !== 'string' || text === '' || text.length > MAX_TEXT)
      return `meta.${name} must be a text of at most ${MAX_TEXT} characters`
    meta[name] = text
  }
  if (own(value, 'misfits') === true) meta['misfits'] = true
  return meta
}

export function isFrameId(value: unknown): value is FrameId {
  if (typeof value === 'string') return value !== '' && value.length <= MAX_ID_LENGTH
  return typeof value === 'number' && (value | 0) === value && !Object.is(value, -0)
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function refuse(id: FrameId | null, reason: string): InvalidFrame {
  return { kind: 'invalid', id, reason }
}
