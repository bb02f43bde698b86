// What needs a database, files or the rules of a contract in this process.
import type { OpenedBackend } from '../../backend/backend.ts'
import type * as Seal from '../../audit/seal-audit.ts'
import type * as Verify from '../../audit/verify-audit.ts'
import type { ClientConfig } from '../../config/client-config.ts'

export { describeModel } from '../../describe-model.ts'

/** Seals what is there; answers how many entries. Another sealer at the same time is left to do it. */
export const sealAudit: typeof Seal.sealAudit = async (...given) => {
  const { sealAudit: seal } = await import('../../audit/seal-audit.ts')
  return seal(...given)
}

/** What is wrong with the log: entries that were edited, dropped or moved since they were sealed. */
export const verifyAudit: typeof Verify.verifyAudit = async (...given) => {
  const { verifyAudit: verify } = await import('../../audit/verify-audit.ts')
  return verify(...given)
}

/** The layers are loaded when they are needed: who imports the client may never call it. */
export async function openLocal(config: ClientConfig): Promise<OpenedBackend> {
  const local = await import('../../backend/open-local.ts')
  return local.openLocal(config)
}
