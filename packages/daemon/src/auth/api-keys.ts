// Keys of programs, from a file that holds their hashes only. For development: a key in a file is not revoked
// by signing out, and is as good as whoever keeps the file.
import { createHash, timingSafeEqual } from 'node:crypto'
import { resolve } from 'node:path'
import { decodeClaims } from '@proj/dbal-contract'
import type { Login, LoginAuth } from '@proj/dbal-bridge-ws/server'
import type { Model } from '@proj/dbal-schema'
import { ConfigError } from '../config/config-error.ts'
import { demandNoErrors } from '../config/demand-no-errors.ts'
import { readNamedFile } from '../config/read-named-file.ts'
import { openReloadedFiles } from '../config/reloaded-files.ts'
import { refusedToken, type VerifyToken } from './authenticate.ts'

interface ApiKey {
  readonly hash: Buffer
  readonly user: NonNullable<LoginAuth['user']>
  readonly expiresAt: number | undefined
}

interface KeyEntry {
  readonly sha256: string
  readonly expires?: string
  readonly user: Readonly<Record<string, unknown>>
}

/** Rejects with ConfigError for a file that is not right. */
export async function openApiKeys(
  file: string,
  folder: string,
  model: Model,
  onFault: () => void,
): Promise<VerifyToken> {
  const path = resolve(folder, file)
  const load = async (): Promise<readonly ApiKey[]> =>
    readKeys(await readNamedFile(path, `auth.api_keys_file ${file}`), file, model)
  const keys = await openReloadedFiles([path], load, onFault)
  return async (token) => {
    const hash = createHash('sha256').update(token).digest()
    let match: ApiKey | undefined
    // All are compared, so that time does not tell which one came near.
    for (const key of await keys.read()) if (timingSafeEqual(key.hash, hash)) match = key
    if (match === undefined) throw refusedToken()
    const { user, expiresAt } = match
    return { auth: { user }, ...(expiresAt === undefined ? {} : { expiresAt }) } satisfies Login
  }
}

async function readKeys(text: string, file: string, model: Model): Promise<readonly ApiKey[]> {
  const { readDocuments } = await import('@proj/dbal-schema')
  const { documents, diagnostics } = readDocuments({ path: file, text }, 'api-keys')
  demandNoErrors(diagnostics)
  const [document] = documents
  const entries = (document?.value as { readonly keys?: readonly KeyEntry[] } | undefined)?.keys
  return (entries ?? []).map(({ sha256, expires, user }, i) => {
    const expiresAt = expires === undefined ? undefined : Date.parse(expires)
    if (Number.isNaN(expiresAt)) {
      const { line, column } = document?.at(['keys', i, 'expires']) ?? { line: 1, column: 1 }
      throw new ConfigError(`${file}:${line}:${column}: \`expires\` must be an ISO datetime`)
    }
    return { hash: Buffer.from(sha256, 'hex'), user: decodeClaims(model, { ...user }), expiresAt }
  })
}
