// The same changes over HTTP, where a message is lost before or after it was done, or a proxy answers instead; and
// a daemon that is replaced by another now and then.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DBALClient, type ClientConfig } from '@proj/dbal'
import { bridgeHost } from '@proj/dbal/serve'
import { expect, test } from 'vitest'
import { BridgeServer } from '../../src/server.ts'
import { openFront, type Fate } from '../http-front.ts'
import { atTheEnd, connect } from '../scene.ts'
import { ADA, model } from '../serve.ts'
import { changeAtOnce, expectStored, storeAda } from './changes.ts'
import { seeded } from './faulty-wire.ts'
import { prepareDatabase } from './prepare-database.ts'

const MUTATIONS = Number(process.env['DBAL_TEST_MUTATIONS'] ?? 600)
const SEED = Number(process.env['DBAL_TEST_SEED'] ?? 20_261_121)
const FATES: readonly Fate[] = ['request-lost', 'answer-lost', 502, 504, 429]
/** Of a message, one of these; and of a hello, that another daemon answers it. */
const ODDS = { fate: 0.05, another: 0.2 }

test(
  `changes over broken HTTP are each done once (seed ${SEED})`,
  { timeout: 3_600_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dbal-faults-'))
    atTheEnd(() => rmSync(folder, { recursive: true }))
    const config: ClientConfig = {
      schema: model,
      adapter: 'sqlite',
      database: { url: `file:${join(folder, 'db')}` },
      missingCode: 'defer',
    }
    await prepareDatabase('sqlite', model, config.database?.url ?? '')
    await storeAda(config)
    const daemon = new DBALClient(config)
    const auth = { user: { id: ADA, role: 'admin' } }
    const host = await bridgeHost(daemon, { model, version: '1', login: async () => ({ auth }) })
    const random = seeded(SEED)
    const front = await openFront(new BridgeServer(host))
    let replaced = 0
    front.fate = ({ method }) => {
      if (method === 'dbal.hello' && random() < ODDS.another) {
        void front.server.drain(1)
        front.server = new BridgeServer(host)
        replaced += 1
      }
      return random() < ODDS.fate ? (FATES[Math.floor(random() * FATES.length)] ?? 502) : 'passed'
    }
    const client = connect(
      front.endpoint,
      { transport: 'http', connectTimeoutMs: 60_000, backoff: { minMs: 1, maxMs: 20 } },
      { performance: { queryTimeoutMs: 120_000 } },
    )
    const done = await changeAtOnce(client, MUTATIONS)
    await client.close()
    await front.close()
    await daemon.close()
    await expectStored(config, done)
    expect(replaced).toBeGreaterThan(0)
  },
)
