// What each method of the protocol does. Operations of the Model are the methods that stand in no table.
import { DBALError, invalid, isPlainObject, type StopSignal } from '@proj/dbal-contract'
import type { JsonValue } from '@proj/dbal-schema'
import { METHODS } from '../protocol/handshake.ts'
import { isFrameId, type FrameId, type RequestFrame } from '../protocol/frame.ts'
import type { HostTransactionOptions } from './bridge-host.ts'
import type { Caller, OpenConnection } from './caller.ts'
import { ItemStream, readCredit } from './item-stream.ts'
import { lost, OpenTransaction } from './open-transaction.ts'
import { isolationOf, tx } from './transaction-params.ts'
import { pagesOf } from './pages.ts'
import { ProtocolFault } from './protocol-fault.ts'
import { readOperation } from './requested-operation.ts'
import { eventsOf } from './subscription.ts'

type Perform = (caller: Caller, frame: RequestFrame, signal: StopSignal) => Promise<JsonValue>

/** Rejects with DBALError, or with ProtocolFault for a method that is none. */
export function perform(
  caller: Caller,
  frame: RequestFrame,
  signal: StopSignal,
): Promise<JsonValue> {
  return (TABLE.get(frame.method) ?? runOperation)(caller, frame, signal)
}

const runOperation: Perform = async (caller, { method, params, meta }, signal) => {
  if (!method.includes('.') || method.startsWith('dbal.'))
    throw new ProtocolFault('METHOD', 'there is no such method')
  const { host, queue } = caller.service
  const admitted = host.admit?.(caller.login.auth)
  if (admitted !== undefined) await admitted
  const { operation, encode } = readOperation(host.model, method, params, meta.misfits)
  // Those that are undefined are options that are not given.
  const options = {
    signal,
    timeoutMs: meta.timeoutMs,
    requestId: meta.requestId,
    idempotencyKey: meta.key,
  }
  if (meta.tx !== undefined) {
    // Its connection is taken already; another turn in the queue could wait for one that waits for it.
    const open = transactionOf(connected(caller), meta.tx)
    const { auth } = caller.login
    return encode(await open.run((scope) => scope.as(auth).call(operation, options)))
  }
  const turn = queue.enter(caller.lane, signal)
  if (turn !== undefined) await turn
  try {
    return encode(await caller.scope.call(operation, options))
  } finally {
    queue.leave()
  }
}

const begin: Perform = async (caller, { params, meta }) => {
  const connection = connected(caller)
  const name = tx(params, 'tx')
  const { limits } = caller.service
  if (connection.transactions.has(name)) throw invalid([{ field: 'tx', error: 'is open already' }])
  if (connection.transactions.size >= limits.transactions)
    throw tooMany(`a connection has at most ${limits.transactions} open transactions`)
  const outer = params['parent'] === undefined ? undefined : tx(params, 'parent')
  const options = {
    ...isolationOf(params),
    ...(meta.timeoutMs === undefined ? {} : { timeoutMs: meta.timeoutMs }),
    ...(meta.key === undefined ? {} : { idempotencyKey: meta.key }),
  } as HostTransactionOptions
  const { auth } = caller.login
  const open =
    outer === undefined
      ? new OpenTransaction(caller.scope, options, limits.idleTransactionMs)
      : await transactionOf(connection, outer).nest(auth, options)
  connection.transactions.set(name, open)
  void open.over.then(() => connection.transactions.delete(name))
  await open.begun()
  return {}
}

const commit: Perform = async (caller, { params }) => {
  await transactionOf(connected(caller), tx(params, 'tx')).commit()
  return {}
}

const rollback: Perform = async (caller, { params }) => {
  await connected(caller).transactions.get(tx(params, 'tx'))?.rollback()
  return {}
}

const outcome: Perform = async (caller, { meta: { key, timeoutMs } }, signal) => {
  if (key === undefined) throw invalid([{ field: 'meta.key', error: 'is required' }])
  const options = { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) }
  const { queue } = caller.service
  const ask = () => caller.scope.outcomeOf(key, options)
  return { outcome: await queue.run(caller.lane, ask, signal) }
}

/** Operations in order, in one transaction and one message. */
const batch: Perform = async (caller, { params, meta }, signal) => {
  const { service, scope } = caller
  const given = params['operations']
  if (!Array.isArray(given)) throw invalid([{ field: 'operations', error: 'must be a list' }])
  if (given.length > service.limits.batch)
    throw invalid([{ field: 'operations', error: `has more than ${service.limits.batch} items` }])
  const requested = given.map((item: unknown, i) => {
    const { method, params: input = {}, misfits } = isPlainObject(item) ? item : {}
    if (typeof method !== 'string' || !isPlainObject(input))
      throw invalid([{ field: `operations[${i}]`, error: 'must have a method and params' }])
    return readOperation(service.host.model, method, input, misfits === true)
  })
  const admitted = service.host.admit?.(caller.login.auth)
  if (admitted !== undefined) await admitted
  const options = {
    ...isolationOf(params),
    signal,
    ...(meta.timeoutMs === undefined ? {} : { timeoutMs: meta.timeoutMs }),
    ...(meta.key === undefined ? {} : { idempotencyKey: meta.key }),
  } as HostTransactionOptions
  const operations = requested.map(({ operation }) => operation)
  const answers =
    meta.tx === undefined
      ? await service.queue.run(caller.lane, () => scope.batch(operations, options), signal)
      : await transactionOf(connected(caller), meta.tx).run((inner) =>
          inner.as(caller.login.auth).batch(operations, options),
        )
  return answers.map((answer, i) => requested[i]?.encode(answer) ?? null)
}

const stream: Perform = async (caller, frame, signal) => {
  const { method, params: input = {}, misfits } = frame.params
  if (typeof method !== 'string' || !isPlainObject(input))
    throw invalid([{ field: 'method', error: 'must be a text, and params an object' }])
  const requested = readOperation(caller.service.host.model, method, input, misfits === true)
  return pump(caller, frame, signal, () => pagesOf(caller, requested, signal))
}

const subscribe: Perform = (caller, frame, signal) =>
  pump(caller, frame, signal, () => eventsOf(caller, frame.params, signal))

async function pump(
  caller: Caller,
  { id, params }: RequestFrame,
  signal: StopSignal,
  items: () => AsyncIterable<JsonValue>,
): Promise<JsonValue> {
  const connection = connected(caller)
  const { limits, streams } = caller.service
  if (id === undefined) throw new ProtocolFault('INVALID', 'a stream needs an id')
  if (connection.streams.size >= limits.streams)
    throw tooMany(`a connection has at most ${limits.streams} streams and subscriptions`)
  if (streams.size >= limits.allStreams)
    throw tooMany(`the daemon has at most ${limits.allStreams} streams and subscriptions`)
  const sink = {
    send: (item: JsonValue) => connection.sendItem(id, item),
    writable: () => connection.writable(),
  }
  const open = new ItemStream(sink, readCredit(params['credit']), signal)
  connection.streams.set(id, open)
  streams.add(open)
  try {
    await open.pump(items())
    return {}
  } finally {
    connection.streams.delete(id)
    streams.delete(open)
  }
}

const cancel: Perform = async (caller, { params: { id } }) => {
  const connection = connected(caller)
  return isFrameId(id) && connection.cancel(id)
}

const credit: Perform = async (caller, { params }) => {
  const open = connected(caller).streams.get(params['id'] as FrameId)
  open?.grant(readCredit(params['n']))
  return null
}

const TABLE: ReadonlyMap<string, Perform> = new Map([
  [METHODS.PING, async () => ({})],
  [METHODS.BEGIN, begin],
  [METHODS.COMMIT, commit],
  [METHODS.ROLLBACK, rollback],
  [METHODS.OUTCOME, outcome],
  [METHODS.BATCH, batch],
  [METHODS.STREAM, stream],
  [METHODS.SUBSCRIBE, subscribe],
  [METHODS.CANCEL, cancel],
  [METHODS.CREDIT, credit],
])

/** It did nothing, and another connection or a later moment may have room. */
function tooMany(reason: string): DBALError {
  return new DBALError('UNAVAILABLE', { details: { reason }, outcome: 'none' })
}

function connected({ connection }: Caller): OpenConnection {
  if (connection !== undefined) return connection
  throw new ProtocolFault('METHOD', 'this needs a connection that stays: WebSocket')
}

function transactionOf({ transactions }: OpenConnection, name: string): OpenTransaction {
  const open = transactions.get(name)
  if (open === undefined || open.ended) throw lost()
  return open
}
