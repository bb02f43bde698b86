// The daemon from a config to an address, and to its end. It opens the parts in the order in which they can
// fail: files, the contract, the database, keys, the port.
import type { Writable } from 'node:stream'
import { loadModel, type DBALClient, type OperationEvent } from '@proj/dbal'
import { sessionEntities } from '@proj/dbal/web'
import { bridgeHost, openRequestLimit, servedStore, type RequestLimit } from '@proj/dbal/serve'
import type { Model } from '@proj/dbal-schema'
import type { Logger } from 'pino'
import type { Authenticate } from './auth/authenticate.ts'
import { openAuth } from './auth/open-auth.ts'
import { openBridge, type OpenBridge } from './bridge-seam.ts'
import { findDatabase, type DatabaseFlags } from './config/database-target.ts'
import { expandUrl } from './config/expand-url.ts'
import { loadProjectConfig, type ProjectConfig } from './config/project-config.ts'
import { readServerSettings, type ServerFlags } from './config/server-settings.ts'
import { closeHttpServer, createHttpServer, listen } from './http/http-server.ts'
import { createRoutes } from './http/routes.ts'
import { createLog, createOperationLog } from './observe/log.ts'
import { createMetrics } from './observe/metrics.ts'
import { createProbe } from './observe/probe.ts'
import { createSpans } from './observe/spans.ts'
import { openProjectClient } from './project/open-project-client.ts'
import { VERSION } from './version.ts'

export interface DaemonOptions extends ServerFlags, DatabaseFlags {
  /** Where lines of the log go; standard error unless given. */
  readonly log?: Writable | undefined
  readonly bridge?: OpenBridge | undefined
  /** Whether NODE_ENV is `production`, unless given. */
  readonly isProduction?: boolean | undefined
}

export interface Daemon {
  /** `host:port`, with the port that was bound. */
  readonly address: string
  /** `wss://host:port/rpc`, or `ws:`. */
  readonly endpoint: string
  /** What is served, for code of this process. It is closed with the daemon. */
  readonly client: DBALClient
  /** Whether every caller is anonymous. */
  readonly isOpen: boolean
  /** Reads certificates and keys again, and asks whether the logins of open connections hold. */
  reload(): Promise<void>
  /** Is not ready any more, finishes what is in flight, closes. A second call waits for the first. */
  close(): Promise<void>
}

/**
 * Rejects with ConfigError for a config that is wrong or not safe, and with DBALError where the contract, the
 * database or the port is in the way.
 */
export async function startDaemon(
  given: ProjectConfig | string,
  options: DaemonOptions = {},
): Promise<Daemon> {
  const config = typeof given === 'string' ? await loadProjectConfig({ config: given }) : given
  const settings = readServerSettings(config, options)
  const target = await findDatabase(config, options)
  const log = await createLog(settings.logLevel, options.log ?? process.stderr)
  const model = await loadModel({ workspace: config.workspace })
  const listeners: ((event: OperationEvent) => void)[] = []
  const notify = (event: OperationEvent): void => {
    for (const listener of listeners) listener(event)
  }
  const stateUrl = readStateUrl(config)
  const client = await openProjectClient(config, target, model, {
    missingCode: 'refuse',
    onQuery: notify,
    onError: notify,
    ...(stateUrl === undefined ? {} : { state: { url: stateUrl } }),
  })
  let limit: RequestLimit | undefined
  try {
    const onFault = (file: string): void =>
      log.error({ file }, 'the file is not right: what it said before holds')
    const store = await servedStore(client)
    const probe = createProbe(client.system(), store, model)
    await probe.ask()
    const isProduction = options.isProduction ?? process.env['NODE_ENV'] === 'production'
    const login = await openAuth(config, {
      model,
      system: client.system(),
      isProduction,
      onFault,
    })
    const metrics = await createMetrics(model, () => bridge.stats(), store.poolUsage)
    limit = await openLimit(config.rateLimit, stateUrl)
    const authenticate = watchLogins(login, log, metrics.observeLogin)
    const host = await bridgeHost(client, {
      model,
      version: VERSION,
      login: authenticate,
      loginAgain: login,
      loginEntities: config.auth?.session === true ? sessionEntities(model) : [],
      admit: limit?.admit,
    })
    const bridge = (options.bridge ?? openBridge)(host, { messageBytes: settings.bodyBytes })
    const spans = await createSpans(model, VERSION)
    const write = createOperationLog(log, model)
    listeners.push((event) => {
      if (probe.isOwn(event.requestId)) return
      metrics.observeOperation(event)
      write(event)
      spans?.(event)
    })
    let isDraining = false
    const { server, reload } = await createHttpServer(
      settings,
      createRoutes({
        settings,
        bridge,
        authenticate,
        unready: probe.unready,
        isDraining: () => isDraining,
        metrics: metrics.text,
        openRpc: once(() => emitOpenRpc(model)),
        observe: metrics.observeHttp,
      }),
      onFault,
    )
    const port = await listen(server, settings.host, settings.port).catch(
      async (error: unknown) => {
        await bridge.drain(0)
        throw error
      },
    )
    const address = `${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`
    log.info({ address }, 'ready')
    return {
      address,
      client,
      endpoint: `${settings.tls === undefined ? 'ws' : 'wss'}://${address}${settings.path}`,
      isOpen: config.auth === undefined,
      reload: async () => {
        log.info('reloading')
        await reload()
        bridge.recheckLogins()
      },
      close: once(async () => {
        isDraining = true
        log.info('draining')
        const end = performance.now() + settings.drainTimeoutMs
        await bridge.drain(settings.drainTimeoutMs)
        await closeHttpServer(server, Math.max(0, end - performance.now()))
        await Promise.all([client.close(), limit?.close()])
        log.info('closed')
      }),
    }
  } catch (error) {
    await Promise.all([client.close(), limit?.close()])
    throw error
  }
}

function readStateUrl({ stateUrl }: ProjectConfig): string | undefined {
  const url = stateUrl === undefined ? '' : expandUrl(stateUrl, process.env)
  return url === '' ? undefined : url
}

async function openLimit(
  config: ProjectConfig['rateLimit'],
  stateUrl: string | undefined,
): Promise<RequestLimit | undefined> {
  if (config === undefined || config.enabled === false) return undefined
  const { requests_per_minute: perMinute = 600, burst = 50 } = config
  return openRequestLimit({ perMinute, burst }, stateUrl)
}

function watchLogins(
  login: Authenticate,
  log: Logger,
  observe: (isAccepted: boolean) => void,
): Authenticate {
  return async (token) => {
    try {
      const found = await login(token)
      if (token !== undefined) observe(true)
      return found
    } catch (error) {
      observe(false)
      log.info({ given: token !== undefined }, 'login refused')
      throw error
    }
  }
}

/** Loaded when it is asked for: it brings the emitters along. */
async function emitOpenRpc(model: Model): Promise<string> {
  const { generate } = await import('@proj/dbal-codegen')
  return generate({ model, targets: ['openrpc'] })[0]?.text ?? ''
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => (running ??= work())
}
