// Production: no database and no credentials here, a daemon has them.
import type { Principal } from '@proj/dbal-contract'
import { invalidConfig } from '../config/check-config.ts'
import type { ClientConfig } from '../config/client-config.ts'
import { loadModel } from '../config/load-model.ts'
import { importPeer } from '../config/import-peer.ts'
import { EventHub } from '../events.ts'
import type { OpenedBackend } from './backend.ts'
import { RemoteBackend } from './remote-backend.ts'
import { remoteContract } from './remote-contract.ts'

const DEFAULT_TIMEOUT_MS = 30_000
const BRIDGE = {
  name: '@proj/dbal-bridge-ws',
  use: "mode: 'production'",
  capability: 'bridge-ws',
}

/**
 * Rejects with VALIDATION_ERROR without an endpoint, and with what the daemon answers to hello: UNAVAILABLE,
 * UNAUTHORIZED, SCHEMA_MISMATCH.
 */
export async function openRemote(
  config: ClientConfig,
  principal: Principal,
): Promise<OpenedBackend> {
  const { auth, schema, workspace, performance: limits, remote = {} } = config
  const endpoint = remote.open ?? config.endpoint
  if (endpoint === undefined)
    throw invalidConfig([{ field: 'endpoint', error: "is required in mode 'production'" }])
  const { connectBridge } = await importPeer(BRIDGE, () => import('@proj/dbal-bridge-ws'))
  const own = schema === undefined && workspace === undefined ? undefined : await loadModel(config)
  const timeoutMs = limits?.queryTimeoutMs ?? DEFAULT_TIMEOUT_MS
  const bridge = connectBridge({
    ...remote,
    endpoint,
    token: tokenOf(auth?.session?.token),
    model: own,
    timeoutMs,
  })
  try {
    const setting = {
      bridge,
      contract: remoteContract(bridge, await bridge.welcome(), own),
      principal,
      timeoutMs,
      events: new EventHub(config.onQuery, config.onError),
    }
    return { backend: new RemoteBackend(setting), close: () => bridge.close() }
  } catch (error) {
    await bridge.close()
    throw error
  }
}

/** Given as it is, or asked for before each hello. */
function tokenOf(
  token: unknown,
): (() => string | undefined | Promise<string | undefined>) | undefined {
  if (token === undefined) return undefined
  return typeof token === 'function' ? (token as () => string) : () => token as string
}
