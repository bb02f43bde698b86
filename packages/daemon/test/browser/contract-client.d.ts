// What bundle.ts makes of a contract: its generated client, and which of its factories the page uses.
import type { ClientConfig, DBALClient } from '@proj/dbal'

export function connect(config: ClientConfig & { readonly endpoint: string }): DBALClient
