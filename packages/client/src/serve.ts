// A client as what a bridge serves: for the daemon, and for apps that embed the server's half.
import type { BridgeHost, HostScope, Login, LoginAuth } from '@proj/dbal-bridge-ws/server'
import type { CallOptions, PoolUsage } from '@proj/dbal-contract'
import type { JsonValue, Model } from '@proj/dbal-schema'
import { OPENED, type DBALClient } from './dbal-client.ts'
import { describeModel } from './describe-model.ts'
import type { Auth } from './principal/create-principal.ts'
import { CALL_OWN, type ScopedClient } from './scoped-client.ts'

export interface HostOptions {
  /** The contract of the client. */
  readonly model: Model
  /** Told to those who connect. */
  readonly version: string
  /** Who a token stands for; rejects with UNAUTHORIZED. */
  readonly login: (token: string | undefined) => Promise<Login>
  /** The same of a connection that is open. */
  readonly loginAgain?: ((token: string) => Promise<Login>) | undefined
  /** Entities that logins depend on: when one is written, here or by a process of the same `state.url`. */
  readonly loginEntities?: readonly string[] | undefined
  /** Rejects with RATE_LIMIT_EXCEEDED. */
  readonly admit?: ((auth: LoginAuth) => Promise<void> | undefined) | undefined
}

/** Opens the client. Rejects as its first call would. */
export async function bridgeHost(client: DBALClient, options: HostOptions): Promise<BridgeHost> {
  const { model, version, login, loginAgain, loginEntities = [], admit } = options
  const listeners = new Set<() => void>()
  const backend = await client[OPENED]()
  if (loginEntities.length > 0)
    backend.watch?.(new Set(loginEntities), () => {
      for (const listener of listeners) listener()
    })
  return {
    model,
    capabilities: backend.capabilities,
    version,
    timeoutMs: backend.timeoutMs,
    client: hostScope(client),
    login,
    describe: (auth): Promise<JsonValue> => describeModel(model, auth as Auth),
    watchLogins: (changed) => {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    ...(loginAgain === undefined ? {} : { loginAgain }),
    ...(admit === undefined ? {} : { admit }),
  }
}

/** What there is to know of the database beside its rows. */
export interface ServedStore {
  /** Rejects with DATABASE_ERROR where the database is at another model by now. */
  checkModel(): Promise<void>
  /** Undefined where there are no connections to speak of. */
  poolUsage(): PoolUsage | undefined
}

/** Opens the client. Rejects as its first call would. */
export async function servedStore(client: DBALClient): Promise<ServedStore> {
  const { adapter } = await client[OPENED]()
  return {
    checkModel: async () => adapter?.checkModel?.(),
    poolUsage: () => adapter?.pool?.(),
  }
}

export { openRequestLimit, type RequestLimit } from './limit/request-limit.ts'
function hostScope(scope: ScopedClient): HostScope {
  const call = scope[CALL_OWN]
  return {
    // What was decoded of a message nobody else holds.
    call,
    batch: (operations, options) => scope.batch(operations, options),
    transaction: (work, options) => scope.transaction((tx) => work(hostScope(tx)), options),
    outcomeOf: (key, options) => scope.outcomeOf(key, options as CallOptions),
    as: (auth) => hostScope(scope.as(auth as Auth)),
    subscribe: (entity, input, options) => scope.subscribe(entity, input, options as CallOptions),
  }
}
