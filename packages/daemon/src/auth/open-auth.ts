// The kinds of token that the config names, opened.
import type { ScopedClient } from '@proj/dbal'
import type { Model } from '@proj/dbal-schema'
import { ConfigError } from '../config/config-error.ts'
import type { ProjectConfig } from '../config/project-config.ts'
import { openApiKeys } from './api-keys.ts'
import { createAuthenticate, type Authenticate } from './authenticate.ts'
import { openJwt } from './jwt.ts'
import { openSessionTokens } from './session-token.ts'

export interface AuthPlace {
  readonly model: Model
  /** The trusted client. */
  readonly system: ScopedClient
  readonly isProduction: boolean
  /** A file of keys that was right has been changed and is not. */
  readonly onFault: (file: string) => void
}

/** Rejects with ConfigError for keys that cannot be used, and for API keys in production. */
export async function openAuth(
  { auth, folder }: Pick<ProjectConfig, 'auth' | 'folder'>,
  { model, system, isProduction, onFault }: AuthPlace,
): Promise<Authenticate> {
  if (auth === undefined) return createAuthenticate({ anonymous: true })
  const { anonymous = false, jwt, session = false, api_keys_file: file } = auth
  if (file !== undefined && isProduction && auth.api_keys_in_production !== true)
    throw new ConfigError(
      'auth.api_keys_file is for development; auth.api_keys_in_production: true takes it all the same',
    )
  return createAuthenticate({
    anonymous,
    jwt: jwt && (await openJwt(jwt, folder, model, () => onFault('auth.jwt'))),
    session: session ? openSessionTokens(model, system) : undefined,
    apiKey:
      file === undefined
        ? undefined
        : await openApiKeys(file, folder, model, () => onFault('auth.api_keys_file')),
  })
}
