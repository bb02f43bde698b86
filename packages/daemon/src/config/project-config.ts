// What flags and `dbal.config.yaml` say together. Flags win; relative paths in the file start at its folder.
import { dirname, resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import {
  readConfigFile,
  type AuthConfig,
  type ConfigFile,
  type DatabaseConfig,
  type RateLimitConfig,
  type SandboxMode,
  type ServerConfig,
} from './config-file.ts'

export interface GlobalFlags {
  readonly workspace?: string | undefined
  readonly config?: string | undefined
}

export interface ProjectConfig {
  /** Absolute. */
  readonly workspace: string
  /** Where relative paths of the config start. */
  readonly folder: string
  /** A module whose exports `operations` and `rules` are registered with the client. */
  readonly handlers: string | undefined
  readonly database: DatabaseConfig
  /** Where the commands' own calls are entered; undefined: nowhere. */
  readonly audit: 'database' | { readonly file: string } | undefined
  readonly queryTimeoutMs: number | undefined
  readonly maxQueryComplexity: number | undefined
  readonly sandbox: SandboxMode | undefined
  readonly server: ServerConfig
  /** Undefined: every caller is anonymous. */
  readonly auth: AuthConfig | undefined
  /** As it is written: `${NAME}` stands in it. */
  readonly stateUrl: string | undefined
  readonly rateLimit: RateLimitConfig | undefined
}

const CONFIG_FILE = 'dbal.config.yaml'

/** Throws ConfigError for a config that is missing where one is named, or says something it may not. */
export async function loadProjectConfig(
  flags: GlobalFlags,
  cwd = process.cwd(),
): Promise<ProjectConfig> {
  const name = flags.config ?? CONFIG_FILE
  const path = resolve(cwd, name)
  const config = await readConfigFile(path, name)
  if (config === undefined && flags.config !== undefined)
    throw new ConfigError(`there is no ${flags.config}`)
  const folder = config === undefined ? cwd : dirname(path)
  return {
    workspace:
      flags.workspace === undefined
        ? resolve(folder, config?.workspace ?? 'dbal')
        : resolve(cwd, flags.workspace),
    folder,
    handlers: config?.handlers === undefined ? undefined : resolve(folder, config.handlers),
    database: config?.database ?? {},
    audit: readAudit(config?.security, folder),
    queryTimeoutMs: config?.performance?.query_timeout,
    maxQueryComplexity: config?.performance?.max_query_complexity,
    sandbox: config?.security?.sandbox,
    server: config?.server ?? {},
    auth: config?.auth,
    stateUrl: config?.state?.url,
    rateLimit: config?.security?.rate_limit,
  }
}

function readAudit(security: ConfigFile['security'], folder: string): ProjectConfig['audit'] {
  if (security?.audit_log !== true) return undefined
  const { audit_sink: sink = 'database' } = security
  return sink === 'database' ? sink : { file: resolve(folder, sink.replace(/^file:/, '')) }
}
