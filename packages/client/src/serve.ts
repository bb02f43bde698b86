// A client as what a bridge serves: for the daemon, and for apps that embed the server's half.
import type { BridgeHost, HostScope, Login, LoginAuth } from '@proj/dbal-bridge-ws/server'
import type { CallOptions } from '@proj/dbal-contract'
import type { JsonValue, Model } from '@proj/dbal-schema'
import type { DBALClient } from './dbal-client.ts'
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
  /** Rejects with RATE_LIMIT_EXCEEDED. */
  readonly admit?: ((auth: LoginAuth) => Promise<void> | undefined) | undefined
}

/** Opens the client. Rejects as its first call would. */
export async function bridgeHost(client: DBALClient, options: HostOptions): Promise<BridgeHost> {
  const { model, version, login, admit } = options
  return {
    model,
    capabilities: await client.capabilities(),
    version,
    client: hostScope(client),
    login,
    describe: (auth): Promise<JsonValue> => describeModel(model, auth as Auth),
    ...(admit === undefined ? {} : { admit }),
  }
}

function hostScope(scope: ScopedClient): HostScope {
  const call = scope[CALL_OWN]
  return {
    // What was decoded of a message nobody else holds.
    call,
    batch: (operations, options) => scope.batch(operations, options),
    transaction: (work, options) => scope.transaction((tx) => work(hostScope(tx)), options),
    as: (auth) => hostScope(scope.as(auth as Auth)),
    subscribe: (entity, input, options) => scope.subscribe(entity, input, options as CallOptions),
  }
}
