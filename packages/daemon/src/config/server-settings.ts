// What `server:` of the config comes to: defaults, absolute paths, and what is not safe to run.
import { resolve } from 'node:path'
import { ConfigError } from './config-error.ts'
import type { ServerConfig } from './config-file.ts'
import { isLoopbackHost } from './loopback.ts'
import type { ProjectConfig } from './project-config.ts'

export interface ServerSettings {
  readonly host: string
  readonly port: number
  readonly path: string
  readonly isLoopback: boolean
  readonly tls: { readonly cert: string; readonly key: string; readonly ca?: string } | undefined
  readonly origins: ReadonlySet<string>
  readonly metrics: NonNullable<ServerConfig['metrics']>
  readonly logLevel: NonNullable<ServerConfig['log_level']>
  readonly bodyBytes: number
  readonly headerTimeoutMs: number
  readonly requestTimeoutMs: number
  /** A connection on which nothing moves for so long is closed: a reader that stalls holds its answer. */
  readonly idleTimeoutMs: number
  readonly connections: number
  readonly drainTimeoutMs: number
}

export interface ServerFlags {
  readonly host?: string | undefined
  readonly port?: number | undefined
}

/** Paths of the daemon's own, which `server.path` cannot be. */
const OWN_PATHS = ['/healthz', '/readyz', '/metrics', '/openrpc.json'] as const

const DEFAULT_TIMEOUT_MS = 30_000

/** Throws ConfigError for an address that other machines reach without TLS. */
export function readServerSettings(
  { server, folder, queryTimeoutMs }: Pick<ProjectConfig, 'server' | 'folder' | 'queryTimeoutMs'>,
  flags: ServerFlags = {},
): ServerSettings {
  const host = flags.host ?? server.host ?? '127.0.0.1'
  const { tls, path = '/rpc', limits = {} } = server
  const requestTimeoutMs = limits.request_timeout ?? DEFAULT_TIMEOUT_MS
  const isLoopback = isLoopbackHost(host)
  if (!isLoopback && tls === undefined)
    throw new ConfigError(
      'server.host is not a loopback address: other machines would send tokens and rows in the clear; ' +
        'give server.tls, or 127.0.0.1 behind a proxy that has it',
    )
  if (OWN_PATHS.some((own) => own === path))
    throw new ConfigError(`server.path is ${path}, which is the daemon's own`)
  return {
    host,
    port: flags.port ?? server.port ?? 50_051,
    path,
    isLoopback,
    tls: tls && {
      cert: resolve(folder, tls.cert_file),
      key: resolve(folder, tls.key_file),
      ...(tls.ca_file === undefined ? {} : { ca: resolve(folder, tls.ca_file) }),
    },
    origins: new Set(server.origins),
    metrics: server.metrics ?? 'loopback',
    logLevel: server.log_level ?? 'info',
    bodyBytes: limits.body_bytes ?? 4 * 1024 * 1024,
    headerTimeoutMs: limits.header_timeout ?? 10_000,
    requestTimeoutMs,
    // Nothing moves while an operation runs.
    idleTimeoutMs: requestTimeoutMs + (queryTimeoutMs ?? DEFAULT_TIMEOUT_MS),
    connections: limits.connections ?? 10_000,
    drainTimeoutMs: limits.drain_timeout ?? 10_000,
  }
}
