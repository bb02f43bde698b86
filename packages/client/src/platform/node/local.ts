// What needs a database, files or the rules of a contract in this process.
import type { OpenedBackend } from '../../backend/backend.ts'
import type { ClientConfig } from '../../config/client-config.ts'

export { describeModel } from '../../describe-model.ts'
export { sealAudit } from '../../audit/seal-audit.ts'
export { verifyAudit } from '../../audit/verify-audit.ts'

/** The layers are loaded when they are needed: who imports the client may never call it. */
export async function openLocal(config: ClientConfig): Promise<OpenedBackend> {
  const local = await import('../../backend/open-local.ts')
  return local.openLocal(config)
}
