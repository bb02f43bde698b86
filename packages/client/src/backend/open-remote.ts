import { unsupported } from '@proj/dbal-contract'
import type { ClientConfig } from '../config/client-config.ts'
import type { OpenedBackend } from './backend.ts'

export async function openRemote(_: ClientConfig): Promise<OpenedBackend> {
  throw unsupported('bridge', "mode 'production' needs the bridge, which is not installed")
}
