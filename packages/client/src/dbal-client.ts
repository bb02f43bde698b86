import { openLocal } from '#platform/local'
import { openRemote } from '#platform/remote'
import type { Principal } from '@proj/dbal-contract'
import { unavailable } from '@proj/dbal-contract/base'
import { withAccessors, type Accessors } from './accessors.ts'
import type { Backend, OpenedBackend } from './backend/backend.ts'
import { checkConfig } from './config/check-config.ts'
import type { ClientConfig } from './config/client-config.ts'
import { createPrincipal } from './principal/create-principal.ts'
import { ClientScope } from './scoped-client.ts'

/** A member for the daemon's side, which no accessor can be taken for. */
export const OPENED = Symbol('opened')

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
    const principal = createPrincipal(config.auth)
    const opening = new Opening(config, principal)
    super(() => opening.open(), principal)
    this.#opening = opening
    return withAccessors(this)
  }

  /** Rejects as the first call would. */
  async [OPENED](): Promise<Backend> {
    return this.#opening.open()
  }

  /** Closes what was opened; calls afterwards are UNAVAILABLE. A second call waits for the first. */
  override close(): Promise<void> {
    return this.#opening.close()
  }
}

/** What the client opens at its first call, once, and closes. */
class Opening {
  readonly #config: ClientConfig
  readonly #principal: Principal
  #opened: OpenedBackend | undefined
  #opening: Promise<OpenedBackend> | undefined
  #closing: Promise<void> | undefined

  constructor(config: ClientConfig, principal: Principal) {
    this.#config = config
    this.#principal = principal
  }

  open(): Backend | Promise<Backend> {
    if (this.#closing !== undefined) throw unavailable('the client is closed')
    if (this.#opened !== undefined) return this.#opened.backend
    this.#opening ??= this.#start()
    return this.#opening.then(({ backend }) => backend)
  }

  close(): Promise<void> {
    this.#closing ??= this.#shutDown()
    return this.#closing
  }

  async #start(): Promise<OpenedBackend> {
    try {
      this.#opened = await (this.#config.mode === 'production'
        ? openRemote(this.#config, this.#principal)
        : openLocal(this.#config))
      return this.#opened
    } catch (error) {
      // The next call tries again: a database may come up, a workspace be mended.
      this.#opening = undefined
      throw error
    }
  }

  async #shutDown(): Promise<void> {
    const opened = this.#opened ?? (await this.#opening?.catch(() => undefined))
    await opened?.close()
  }
}
