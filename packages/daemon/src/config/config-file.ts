// The text of `dbal.config.yaml` to checked settings: YAML, the JSON Schema of the format, and what may
// not stand in it. What the settings lead to is left to project-config.ts and database-target.ts.
import { existsSync } from 'node:fs'
import type { LocatedDocument } from '@proj/dbal-schema'
import { ConfigError } from './config-error.ts'
import { readNamedFile } from './read-named-file.ts'
import { demandNoErrors } from './demand-no-errors.ts'
import { hasPassword } from './has-password.ts'

export interface ConfigFile {
  readonly workspace?: string
  readonly handlers?: string
  readonly database?: DatabaseConfig
  readonly server?: ServerConfig
  readonly auth?: AuthConfig
  readonly state?: { readonly url?: string }
  readonly performance?: {
    readonly query_timeout?: number
    readonly max_query_complexity?: number
  }
  readonly security?: {
    readonly sandbox?: SandboxMode
    readonly audit_log?: boolean
    /** `database`, or a file. */
    readonly audit_sink?: string
    readonly rate_limit?: RateLimitConfig
  }
}

export interface RateLimitConfig {
  readonly enabled?: boolean
  readonly requests_per_minute?: number
  readonly burst?: number
}

export interface ServerConfig {
  readonly host?: string
  readonly port?: number
  readonly path?: string
  readonly tls?: {
    readonly cert_file: string
    readonly key_file: string
    readonly ca_file?: string
  }
  readonly origins?: readonly string[]
  readonly metrics?: 'loopback' | 'public' | 'off'
  readonly log_level?: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  readonly limits?: {
    readonly body_bytes?: number
    readonly header_timeout?: number
    readonly request_timeout?: number
    readonly connections?: number
    readonly drain_timeout?: number
  }
}

export interface AuthConfig {
  readonly anonymous?: boolean
  readonly jwt?: JwtConfig
  readonly session?: boolean
  readonly api_keys_file?: string
  readonly api_keys_in_production?: boolean
}

export interface JwtConfig {
  readonly issuer: string
  readonly audience: string
  readonly jwks_file?: string
  readonly key_file?: string
  /** Claims of the principal by those of the token. */
  readonly claims?: Readonly<Record<string, string>>
  readonly leeway?: number
}

export type SandboxMode = 'strict' | 'permissive' | 'disabled'

export interface DatabaseConfig {
  readonly adapter?: 'prisma' | 'sqlite' | 'duckdb' | 'memory'
  readonly url?: string
  readonly url_env?: string
  readonly url_file?: string
  readonly connection_pool_size?: number
}

/**
 * Undefined when there is no such file. Throws ConfigError with each problem as `file:line:column: what`;
 * no line of the file is shown, since one may hold a secret.
 */
export async function readConfigFile(path: string, name: string): Promise<ConfigFile | undefined> {
  if (!existsSync(path)) return undefined
  const text = await readNamedFile(path, name)
  const { readDocuments } = await import('@proj/dbal-schema')
  const { documents, diagnostics } = readDocuments({ path: name, text }, 'config')
  demandNoErrors(diagnostics)
  const [document, second] = documents
  if (second !== undefined) {
    const { line } = second.at([])
    throw new ConfigError(`${name}:${line}:1: a config is one document`)
  }
  if (document === undefined) return {}
  demandNoSecrets(document, name)
  demandOneKey(document, name)
  return document.value as ConfigFile
}

function demandNoSecrets({ value, at }: LocatedDocument, name: string): void {
  const config = value as ConfigFile
  const { url, url_env: variable, url_file: file } = config.database ?? {}
  const refuse = (path: readonly string[], problem: string): never =>
    refuseAt({ value, at }, name, path, problem)
  if ([url, variable, file].filter((source) => source !== undefined).length > 1)
    refuse(['database'], 'database takes one of url, url_env and url_file')
  const remedy = 'take it from the environment (`${NAME}`)'
  if (url !== undefined && hasPassword(url))
    refuse(['database', 'url'], `database.url may hold no password: ${remedy}, url_env or url_file`)
  if (config.state?.url !== undefined && hasPassword(config.state.url))
    refuse(['state', 'url'], `state.url may hold no password: ${remedy}`)
}

function demandOneKey(document: LocatedDocument, name: string): void {
  const { jwt } = (document.value as ConfigFile).auth ?? {}
  if (jwt === undefined || (jwt.jwks_file === undefined) !== (jwt.key_file === undefined)) return
  refuseAt(document, name, ['auth', 'jwt'], 'jwt takes one of jwks_file and key_file')
}

function refuseAt(
  { at }: LocatedDocument,
  name: string,
  path: readonly string[],
  problem: string,
): never {
  const { line, column } = at(path)
  throw new ConfigError(`${name}:${line}:${column}: ${problem}`)
}
