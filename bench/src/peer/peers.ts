// The peers as data, in the order of the report: the bare driver, ours, then the others.
import { pathToFileURL } from 'node:url'
import { inBench } from '../bench-folder.ts'
import { SERVERS, type EngineName } from '../engine/engine.ts'
import { openBridge } from './dbal-bridge.ts'
import { openDbal } from './dbal.ts'
import type { Peer, Target } from './peer.ts'
import type { Session } from './session.ts'

const ROW_ENGINES: readonly EngineName[] = ['sqlite', ...SERVERS]

/** A session that a module of `peers/` opens; they are plain JavaScript, as their packages may be missing. */
async function openModule(file: string, opener: string, target: Target): Promise<Session> {
  const module = (await import(pathToFileURL(inBench('peers', file)).href)) as Readonly<
    Record<string, (target: Target) => Promise<Session>>
  >
  const open = module[opener]
  if (open === undefined) throw new Error(`${file} exports no ${opener}`)
  return open(target)
}

const openEcho = (target: Target): Promise<Session> => openModule('ws.mjs', 'open', target)

/** What a read through the bridge consists of, one after the other: in turn they take longer than each in a loop of its own. */
async function openEchoThenRead(target: Target): Promise<Session> {
  const read = await openDbal('sqlite', target)
  const echo = await openEcho(target).catch(async (error: unknown) => {
    await read.close()
    throw error
  })
  return {
    execute: read.execute,
    pointRead: async (id) => {
      await echo.noop?.(0)
      return read.pointRead?.(id)
    },
    close: () => Promise.all([read.close(), echo.close()]).then(() => undefined),
  }
}

export const PEERS: readonly Peer[] = [
  {
    name: 'driver',
    says: 'the bare driver, statements prepared once',
    engines: [...ROW_ENGINES, 'duckdb'],
    packages: ['better-sqlite3', 'pg', 'mariadb', '@duckdb/node-api'],
    onDemand: false,
    open: (target) => openModule(`driver-${target.engine}.mjs`, 'open', target),
  },
  {
    name: 'dbal-sqlite',
    says: 'DBAL on adapter-sqlite, in process',
    engines: ['sqlite', 'bridge'],
    packages: ['@proj/dbal'],
    onDemand: false,
    open: (target) => openDbal('sqlite', target),
  },
  {
    name: 'dbal-prisma',
    says: 'DBAL on adapter-prisma',
    engines: ROW_ENGINES,
    packages: [],
    onDemand: false,
    open: (target) => openDbal('prisma', target),
  },
  {
    name: 'dbal-duckdb',
    says: 'DBAL on adapter-duckdb',
    engines: ['duckdb'],
    packages: [],
    onDemand: false,
    open: (target) => openDbal('duckdb', target),
  },
  {
    name: 'prisma',
    says: 'Prisma Client on its driver adapters',
    engines: ROW_ENGINES,
    packages: ['@prisma/client'],
    onDemand: false,
    open: (target) => openModule('prisma.mjs', 'open', target),
  },
  {
    name: 'prisma-named',
    says: 'Prisma Client with `statementNameGenerator`',
    engines: ['postgres'],
    packages: [],
    onDemand: false,
    open: (target) => openModule('prisma.mjs', 'openNamed', target),
  },
  {
    name: 'drizzle',
    says: 'Drizzle, queries built at each call',
    engines: ROW_ENGINES,
    packages: ['drizzle-orm', 'mysql2'],
    onDemand: true,
    open: (target) => openModule('drizzle.mjs', 'open', target),
  },
  {
    name: 'drizzle-prepared',
    says: 'Drizzle, queries prepared once',
    engines: ROW_ENGINES,
    packages: [],
    onDemand: true,
    open: (target) => openModule('drizzle.mjs', 'openPrepared', target),
  },
  {
    name: 'kysely',
    says: 'Kysely',
    engines: ROW_ENGINES,
    packages: ['kysely'],
    onDemand: true,
    open: (target) => openModule('kysely.mjs', 'open', target),
  },
  {
    name: 'zenstack',
    says: 'ZenStack without policies',
    engines: ROW_ENGINES,
    packages: ['@zenstackhq/orm'],
    onDemand: true,
    open: (target) => openModule('zenstack.mjs', 'open', target),
  },
  {
    name: 'zenstack-policy',
    says: 'ZenStack with the policy that the owner alone may',
    engines: ROW_ENGINES,
    packages: ['@zenstackhq/plugin-policy'],
    onDemand: true,
    open: (target) => openModule('zenstack.mjs', 'openWithPolicy', target),
  },
  {
    name: 'remult',
    says: 'Remult',
    engines: ['sqlite'],
    packages: ['remult'],
    onDemand: true,
    open: (target) => openModule('remult.mjs', 'open', target),
  },
  {
    name: 'dbal-json',
    says: 'DBAL in production mode: a daemon on adapter-sqlite, over WebSocket in JSON',
    engines: ['bridge'],
    packages: [],
    onDemand: false,
    open: (target) => openBridge('json', target),
  },
  {
    name: 'dbal-cbor',
    says: 'the same in CBOR',
    engines: ['bridge'],
    packages: ['cborg'],
    onDemand: false,
    open: (target) => openBridge('cbor', target),
  },
  {
    name: 'ws',
    says: 'a bare echo of JSON over ws',
    engines: ['bridge'],
    packages: ['ws'],
    onDemand: true,
    open: openEcho,
  },
  {
    name: 'ws-cbor',
    says: 'the same echo in CBOR',
    engines: ['bridge'],
    packages: [],
    onDemand: true,
    open: (target) => openModule('ws.mjs', 'openCbor', target),
  },
  {
    name: 'ws-then-read',
    says: 'the echo of JSON, and after it the read in process of `dbal-sqlite`',
    engines: ['bridge'],
    packages: [],
    onDemand: true,
    open: openEchoThenRead,
  },
  {
    name: 'trpc',
    says: 'tRPC over WebSocket, on better-sqlite3',
    engines: ['bridge'],
    packages: ['@trpc/server', '@trpc/client'],
    onDemand: true,
    open: (target) => openModule('trpc.mjs', 'open', target),
  },
  {
    name: 'rpc-websockets',
    says: 'rpc-websockets, on better-sqlite3',
    engines: ['bridge'],
    packages: ['rpc-websockets'],
    onDemand: true,
    open: (target) => openModule('rpc-websockets.mjs', 'open', target),
  },
]
