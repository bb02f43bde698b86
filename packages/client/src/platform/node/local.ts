// What needs a database, files or the rules of a contract in this process.
export { openLocal } from '../../backend/open-local.ts'
export { describeModel } from '../../describe-model.ts'
export { sealAudit } from '../../audit/seal-audit.ts'
export { verifyAudit } from '../../audit/verify-audit.ts'
