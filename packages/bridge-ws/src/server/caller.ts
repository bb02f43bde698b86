// On whose behalf a request runs, and what it may use.
import type { BridgeLimits } from '../protocol/limits.ts'
import type { BridgeHost, HostScope, Login } from './bridge-host.ts'
import type { FairQueue } from './fair-queue.ts'
import type { ItemStream } from './item-stream.ts'
import type { OpenTransaction } from './open-transaction.ts'
import type { FrameId } from '../protocol/frame.ts'
import type { JsonValue } from '@proj/dbal-schema'

export interface Service {
  readonly host: BridgeHost
  readonly limits: BridgeLimits
  readonly queue: FairQueue
  /** Of all connections. */
  readonly streams: Set<ItemStream>
}

export interface Caller {
  readonly service: Service
  readonly login: Login
  /** Callers that are one principal share a lane; those without an id share one too. */
  readonly lane: string
  /** The client as this principal. */
  readonly scope: HostScope
  /** Absent over HTTP: nothing outlives a request there. */
  readonly connection: OpenConnection | undefined
}

/** What a connection holds open for its caller. */
export interface OpenConnection {
  readonly transactions: Map<string, OpenTransaction>
  readonly streams: Map<FrameId, ItemStream>
  /** Aborts what runs under that id; false where nothing does. */
  cancel(id: FrameId): boolean
  sendItem(id: FrameId, item: JsonValue): void
  writable(): Promise<void> | undefined
}

export function callerOf(
  service: Service,
  login: Login,
  connection: OpenConnection | undefined,
): Caller {
  const lane = String(login.auth.user?.id ?? '')
  return { service, login, lane, scope: service.host.client.as(login.auth), connection }
}

/** Whether the second login may take the place of the first: the same principal, whatever its roles. */
export function isSamePrincipal(first: Login, second: Login): boolean {
  return first.auth.user?.id === second.auth.user?.id
}

/** Whether both may do the same, as far as a login tells. */
export function isSameLogin(first: Login, second: Login): boolean {
  return print(first) === print(second)
}

function print({ auth }: Login): string {
  return JSON.stringify(auth, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
}
