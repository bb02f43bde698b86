import { DBALError, unsupported } from '@proj/dbal-contract'
import { withAccessors, type Accessors } from './accessors.ts'
import { checkConfig } from './config/check-config.ts'
import type { ClientConfig } from './config/client-config.ts'
import { openRuntime } from './config/open-runtime.ts'
import { finishError } from './operation/finish-error.ts'
import { createPrincipal } from './principal/create-principal.ts'
import type { Runtime } from './runtime.ts'
import { ClientScope } from './scoped-client.ts'
import { startSweeper } from './store/sweeper.ts'

/** An accessor for every entity beside its members: `client.users`. */
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- the proxy that is returned has them
export interface DBALClient extends Accessors {}

/**
 * A client of one contract and one database. Nothing is opened before the first call, which rejects
 * when the workspace, a handler or the database is not right.
 *
 * Throws VALIDATION_ERROR for a config or principal that makes no sense.
 */
export class DBALClient extends ClientScope {
  readonly #opening: Opening

  constructor(config: ClientConfig = {}) {
    checkConfig(config)
    const opening = new Opening(config)
    super(() => opening.open(), createPrincipal(config.auth))
    this.#opening = opening
    return withAccessors(this)
  }

  /** Closes what was opened; calls afterwards are UNAVAILABLE. A second call waits for the first. */
  override close(): Promise<void> {
    return this.#opening.close()
  }
}

/** What the client opens at its first call, once, and closes. */
class Opening {
  readonly #config: ClientConfig
  #runtime: Runtime | undefined
  #opening: Promise<Runtime> | undefined
  #closing: Promise<void> | undefined
  #stopSweeping: (() => void) | undefined

  constructor(config: ClientConfig) {
    this.#config = config
  }

  open(): Runtime | Promise<Runtime> {
    if (this.#closing !== undefined) throw closed()
    if (this.#runtime !== undefined) return this.#runtime
    this.#opening ??= this.#start()
    return this.#opening
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  async #start(): Promise<Runtime> {
    try {
      const runtime = await start(this.#config)
      this.#runtime = runtime
      this.#stopSweeping = startSweeper(runtime)
      return runtime
    } catch (error) {
      // The next call tries again: a database may come up, a workspace be mended.
      this.#opening = undefined
      throw error
    }
  }

  async #shutDown(): Promise<void> {
    const runtime = this.#runtime ?? (await this.#opening?.catch(() => undefined))
    this.#stopSweeping?.()
    // What it could not keep is said once all is closed.
    const unkept = await runtime?.audit?.close().then(
      () => undefined,
      (error: unknown) => finishError(error, runtime.model),
    )
    await runtime?.sandbox.close()
    await Promise.all([runtime?.adapter.close(), runtime?.limits?.close()])
    if (unkept !== undefined) throw unkept
  }
}

async function start(config: ClientConfig): Promise<Runtime> {
  if (config.mode !== 'production') return openRuntime(config)
  throw unsupported('bridge', "mode 'production' needs the bridge, which is not installed")
}

function closed(): DBALError {
  return new DBALError('UNAVAILABLE', {
    details: { reason: 'the client is closed' },
    retryable: false,
  })
}
