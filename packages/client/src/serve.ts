// A client as what a bridge serves: for the daemon, and for apps that embed the server's half.
import type { BridgeHost, Login, LoginAuth } from '@proj/dbal-bridge-ws/server'
import type { JsonValue, Model } from '@proj/dbal-schema'
import type { DBALClient } from './dbal-client.ts'
import { describeModel } from './describe-model.ts'
import type { Auth } from './principal/create-principal.ts'

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
    client: client as unknown as BridgeHost['client'],
    login,
    describe: (auth): Promise<JsonValue> => describeModel(model, auth as Auth),
    ...(admit === undefined ? {} : { admit }),
  }
}

export { openRequestLimit, type RequestLimit } from './limit/request-limit.ts'
