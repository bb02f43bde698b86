// The text of `dbal.config.yaml` to checked settings: YAML, the JSON Schema of the format, and what may
// not stand in it. What the settings lead to is left to project-config.ts and database-target.ts.
import { existsSync } from 'node:fs'
import type { Diagnostic, LocatedDocument } from '@proj/dbal-schema'
import { UsageError } from '../command-failure.ts'
import { readNamedFile } from '../read-named-file.ts'
import { hasPassword } from './has-password.ts'

/** What the commands read of it; the rest is the daemon's. */
export interface ConfigFile {
  readonly workspace?: string
  readonly handlers?: string
  readonly database?: DatabaseConfig
  readonly state?: { readonly url?: string }
  readonly performance?: { readonly query_timeout?: number }
  readonly security?: {
    readonly sandbox?: SandboxMode
    readonly audit_log?: boolean
    /** `database`, or a file. */
    readonly audit_sink?: string
  }
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
 * Undefined when there is no such file. Throws UsageError with each problem as `file:line:column: what`;
 * no line of the file is shown, since one may hold a secret.
 */
export async function readConfigFile(path: string, name: string): Promise<ConfigFile | undefined> {
  if (!existsSync(path)) return undefined
  const text = await readNamedFile(path, name)
  const { readDocuments } = await import('@proj/dbal-schema')
  const { documents, diagnostics } = readDocuments({ path: name, text }, 'config')
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new UsageError(errors.map(printProblem).join('\n'))
  const [document, second] = documents
  if (second !== undefined) {
    const { line } = second.at([])
    throw new UsageError(`${name}:${line}:1: a config is one document`)
  }
  if (document === undefined) return {}
  demandNoSecrets(document, name)
  return document.value as ConfigFile
}

function printProblem({ file, line, column, message, hint }: Diagnostic): string {
  return `${file}:${line}:${column}: ${message}${hint === undefined ? '' : `; ${hint}`}`
}

function demandNoSecrets({ value, at }: LocatedDocument, name: string): void {
  const config = value as ConfigFile
  const { url, url_env: variable, url_file: file } = config.database ?? {}
  const refuse = (path: readonly string[], problem: string): never => {
    const { line, column } = at(path)
    throw new UsageError(`${name}:${line}:${column}: ${problem}`)
  }
  if ([url, variable, file].filter((source) => source !== undefined).length > 1)
    refuse(['database'], 'database takes one of url, url_env and url_file')
  const remedy = 'take it from the environment (`${NAME}`)'
  if (url !== undefined && hasPassword(url))
    refuse(['database', 'url'], `database.url may hold no password: ${remedy}, url_env or url_file`)
  if (config.state?.url !== undefined && hasPassword(config.state.url))
    refuse(['state', 'url'], `state.url may hold no password: ${remedy}`)
}
