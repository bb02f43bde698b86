// Any target behind the bridge: the same cases, asked by clients in production mode of a daemon that holds
// the store. The system principal is made in process only, so it stays on the daemon's side.
import { DBALClient, type Auth, type ScopedClient } from '@proj/dbal'
import { bridgeHost } from '@proj/dbal/serve'
import { BridgeServer } from '@proj/dbal-bridge-ws/server'
import { withMutations, type Model } from '@proj/dbal-contract'
import { connectorOf, type BridgeForm } from './connect.ts'
import type { Caller, Target } from '../targets/target.ts'

/** Each case has a daemon of its own, with a connection for each principal in it. */
export function overBridge(target: Target, form: BridgeForm): Target {
  return {
    name: `${target.name}+${form.encoding}-${form.medium}`,
    engine: target.engine ?? target.name,
    // Changes carry keys.
    open: (model) => target.open(withMutations(model)),
    face: (client, model) => openFace(client, model, form),
  }
}

async function openFace(client: DBALClient, model: Model, form: BridgeForm): Promise<Caller> {
  const logins = new Map<string, Auth>()
  const host = await bridgeHost(client, {
    model,
    version: 'conformance',
    login: async (token = '') => ({ auth: logins.get(token) ?? {} }),
  })
  const server = new BridgeServer(host)
  const connector = await connectorOf(server, form)
  const callers = new Map<string, DBALClient>()
  const connect = (auth: Auth): ScopedClient => {
    // As a header can hold it.
    const token = Buffer.from(JSON.stringify(auth, printClaim)).toString('base64url')
    let caller = callers.get(token)
    if (caller === undefined) {
      logins.set(token, auth)
      caller = new DBALClient({
        mode: 'production',
        schema: model,
        auth: { session: { token } },
        ...connector.config,
      })
      callers.set(token, caller)
    }
    return caller
  }
  return {
    transactions: form.medium !== 'http',
    system: () => client.system(),
    as: connect,
    close: async () => {
      await Promise.all([...callers.values()].map((caller) => caller.close()))
      await server.drain(0)
      await connector.close()
    },
  }
}

/** Tokens differ where claims do, types included. */
function printClaim(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? { bigint: String(value) } : value
}
