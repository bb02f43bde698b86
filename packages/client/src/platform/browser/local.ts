// What needs a database, files or the rules of a contract in this process: a browser asks a daemon instead.
import { unsupported } from '@proj/dbal-contract'

export const openLocal = refuse("mode: 'development'")
export const describeModel = refuse('describeModel')
export const sealAudit = refuse('sealAudit')
export const verifyAudit = refuse('verifyAudit')

function refuse(what: string): () => Promise<never> {
  const reason = `${what} is for Node; give mode: 'production' and the endpoint of a daemon`
  return () => Promise.reject(unsupported('local', reason))
}
