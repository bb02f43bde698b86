// The way to a daemon: most processes have a database of their own, and load nothing of it.
import type { OpenedBackend } from '../../backend/backend.ts'
import type { ClientConfig } from '../../config/client-config.ts'
import type { Principal } from '@proj/dbal-contract'

export async function openRemote(
  config: ClientConfig,
  principal: Principal,
): Promise<OpenedBackend> {
  const remote = await import('../../backend/open-remote.ts')
  return remote.openRemote(config, principal)
}
