// Changes over a network that breaks in every way: none is lost, none is done twice. What was stored is
// counted; nobody's word is taken for it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DBALClient, type ClientConfig } from '@proj/dbal'
import { bridgeHost } from '@proj/dbal/serve'
import { afterEach, describe, expect, it } from 'vitest'
import { loadEncoding, openLoopback, type Wire } from '../../src/index.ts'
import { BridgeServer } from '../../src/server.ts'
import { ADA, model } from '../serve.ts'
import { changeAtOnce, expectStored, storeAda } from './changes.ts'
import { faulty, seeded, type Odds, type Random } from './faulty-wire.ts'
import { prepareDatabase } from './prepare-database.ts'

const MUTATIONS = Number(process.env['DBAL_TEST_MUTATIONS'] ?? 1_500)
const SEED = Number(process.env['DBAL_TEST_SEED'] ?? 20_261_121)
const AUTH = { user: { id: ADA, role: 'admin' } }
const ODDS: Odds = { drop: 0.01, double: 0.01, delay: 0.03, swap: 0.01, cut: 0.01 }

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A daemon that ends now and then, with all of its connections and whatever ran in it. */
class Daemon {
  readonly #config: ClientConfig
  readonly #random: Random
  #server: BridgeServer | undefined
  #client: DBALClient | undefined
  #wires: Wire[] = []
  restarts = 0

  constructor(config: ClientConfig, random: Random) {
    this.#config = config
    this.#random = random
  }

  async open(): Promise<Wire> {
    if (this.#random() < 0.1) await this.kill()
    this.#client ??= new DBALClient(this.#config)
    this.#server ??= new BridgeServer(
      await bridgeHost(this.#client, { model, version: '1', login: async () => ({ auth: AUTH }) }),
    )
    const [near, far] = openLoopback(await loadEncoding('json'))
    this.#wires.push(far)
    this.#server.accept(faulty(far, ODDS, this.#random))
    return faulty(near, ODDS, this.#random)
  }

  async kill(): Promise<void> {
    this.restarts += 1
    const [client, wires] = [this.#client, this.#wires]
    this.#client = undefined
    this.#server = undefined
    this.#wires = []
    for (const wire of wires) wire.terminate()
    await client?.close()
  }
}

/** Writers of one row refuse each other there, and are asked again. */
const SHARES = { sqlite: 1, duckdb: 0.1 }

describe.each(['sqlite', 'duckdb'] as const)('changes over a broken network, on %s', (adapter) => {
  it(`are each done once (R14, R23, R43, seed ${SEED})`, { timeout: 3_600_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dbal-faults-'))
    closing.push(() => rmSync(folder, { recursive: true }))
    const url = adapter === 'duckdb' ? join(folder, 'db') : `file:${join(folder, 'db')}`
    await prepareDatabase(adapter, model, url)
    const config: ClientConfig = {
      schema: model,
      adapter,
      database: { url },
      operations: { 'Note.shout': ({ input }) => String(input['text']) },
    }
    await storeAda(config)
    const random = seeded(SEED)
    const daemon = new Daemon(config, random)
    const client = new DBALClient({
      mode: 'production',
      schema: model,
      remote: {
        open: () => daemon.open(),
        connectTimeoutMs: 60_000,
        backoff: { minMs: 1, maxMs: 20 },
      },
      performance: { queryTimeoutMs: 120_000 },
    })
    closing.push(
      () => daemon.kill(),
      () => client.close(),
    )
    const done = await changeAtOnce(client, MUTATIONS * SHARES[adapter])
    await client.close()
    await daemon.kill()
    await expectStored(config, done)
    expect(daemon.restarts).toBeGreaterThan(0)
  })
})
