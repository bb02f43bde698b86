// A client over what flags and config name, with the code that the contract asks for.
import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ClientConfig, DBALClient, OperationHandler, ValidationRule } from '@proj/dbal'
import type { Model } from '@proj/dbal-schema'
import { ConfigError } from '../config/config-error.ts'
import type { DatabaseTarget } from '../config/database-target.ts'
import { auditKey } from '../config/audit-key.ts'
import type { ProjectConfig } from '../config/project-config.ts'

interface ProjectCode {
  readonly operations?: Readonly<Record<string, OperationHandler>>
  readonly rules?: Readonly<Record<string, ValidationRule>>
}

/**
 * An operation without its code fails when it is called, unless `missingCode` says otherwise. Throws ConfigError for handlers that
 * do not load.
 */
export async function openProjectClient(
  config: ProjectConfig,
  { adapter, url, poolSize }: DatabaseTarget,
  model: Model,
  more: Pick<ClientConfig, 'state' | 'missingCode' | 'onQuery' | 'onError'> = {},
): Promise<DBALClient> {
  const { operations, rules } = await loadProjectCode(config)
  const { DBALClient: Client } = await import('@proj/dbal')
  return new Client({
    schema: model,
    adapter,
    database: { url, poolSize },
    performance: {
      queryTimeoutMs: config.queryTimeoutMs,
      maxQueryComplexity: config.maxQueryComplexity,
    },
    security: {
      sandbox: config.sandbox,
      enableAuditLog: config.audit !== undefined,
      auditSink: config.audit,
      auditKey: auditKey(),
    },
    operations,
    rules,
    missingCode: 'defer',
    ...more,
  })
}

/** `handlers:` of the config, else handlers.mjs or handlers.js in the workspace. */
async function loadProjectCode({ handlers, workspace }: ProjectConfig): Promise<ProjectCode> {
  const found =
    handlers ??
    ['handlers.mjs', 'handlers.js']
      .map((name) => join(workspace, name))
      .find((path) => existsSync(path))
  if (found === undefined) return {}
  const name = relative(process.cwd(), found)
  if (!existsSync(found)) throw new ConfigError(`there are no handlers at ${name}`)
  const loaded = (await import(pathToFileURL(found).href).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError(`${name} cannot be loaded: ${reason}`, { cause })
  })) as ProjectCode
  const { operations, rules } = loaded
  if (operations === undefined && rules === undefined)
    throw new ConfigError(`${name} exports neither operations nor rules`)
  return {
    ...(operations === undefined ? {} : { operations }),
    ...(rules === undefined ? {} : { rules }),
  }
}
