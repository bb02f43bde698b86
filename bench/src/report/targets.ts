// What the project wants of its speed, as data: one figure of a run over another one, never alone.
import type { TargetResult, WorkResult } from './report.ts'

interface Wanted {
  readonly work: string
  readonly ours: string
  readonly other: string
  readonly limit: number
}

const wanted = (
  works: readonly string[],
  ours: string,
  limits: Readonly<Record<string, number>>,
): readonly Wanted[] =>
  works.flatMap((work) =>
    Object.entries(limits).map(([other, limit]) => ({ work, ours, other, limit })),
  )

const POSTGRES_READS = ['point-read', 'list', 'include', 'count', 'aggregate']
const POSTGRES_WRITES = ['create', 'update', 'update-many', 'delete', 'upsert', 'transaction']
const onPostgres = (works: readonly string[]): readonly string[] =>
  works.map((work) => `postgres-${work}`)

const WANTED: readonly Wanted[] = [
  ...wanted(['sqlite-point-read'], 'dbal-prisma', { prisma: 0.3, 'zenstack-policy': 0.15 }),
  ...wanted(['sqlite-point-read'], 'dbal-sqlite', { prisma: 0.1, driver: 3 }),
  ...wanted(['sqlite-list'], 'dbal-prisma', { prisma: 0.4, 'zenstack-policy': 0.2 }),
  ...wanted(['sqlite-include'], 'dbal-prisma', { prisma: 0.4, 'zenstack-policy': 0.25 }),
  ...wanted(['sqlite-create', 'sqlite-update'], 'dbal-prisma', {
    prisma: 0.5,
    'zenstack-policy': 0.15,
  }),
  ...wanted(['sqlite-create', 'sqlite-update'], 'dbal-sqlite', {
    prisma: 0.5,
    'zenstack-policy': 0.15,
  }),
  ...wanted(['postgres-point-read'], 'dbal-prisma', { driver: 1.25 }),
  ...wanted(onPostgres([...POSTGRES_READS, ...POSTGRES_WRITES]), 'dbal-prisma', {
    prisma: 1,
    drizzle: 1,
    'zenstack-policy': 1,
  }),
  ...wanted(['postgres-concurrent', 'postgres-concurrent-list'], 'dbal-prisma', {
    prisma: 1 / 1.5,
  }),
  ...wanted(['sqlite-bulk-10000'], 'dbal-sqlite', { driver: 1.7 }),
  ...wanted(['postgres-bulk-10000'], 'dbal-prisma', { driver: 1.3 }),
  ...wanted(['duckdb-bulk-10000'], 'dbal-duckdb', { driver: 1.3 }),
  ...wanted(['duckdb-aggregate'], 'dbal-duckdb', { driver: 1.05 }),
  ...['dbal-json', 'dbal-cbor'].flatMap((ours) =>
    wanted(['bridge-noop-128'], ours, {
      ws: 1 / 0.6,
      trpc: 1 / 1.5,
      'rpc-websockets': 1 / 1.5,
    }),
  ),
]

/** What a point read through the bridge may cost of a bare echo and the same read in process. */
const BRIDGED = 1.2

/** Milliseconds that importing the client may take beyond Node's own start. */
const IMPORT_MS = 60
/** How much longer an entity may take among 2,000 than among 500, for what is to grow linearly. */
const GROWTH = 1.5

/** What access control may cost, in times of the same call without. */
const ACCESS = [
  ['access-point-read', 1.1],
  ['access-list', 1.1],
  ['access-create', 1.5],
  ['access-update', 1.5],
  ['access-update-checked', 1.5],
  ['access-delete', 1.5],
] as const

/** Only of what was measured. */
export function judgeTargets(works: readonly WorkResult[]): readonly TargetResult[] {
  const median = (work: string, peer: string): number | undefined =>
    works.find(({ name }) => name === work)?.results.find((result) => result.peer === peer)?.median
  const judge = (
    says: string,
    ours: number | undefined,
    other: number | undefined,
    limit: number,
    about: Pick<TargetResult, 'work' | 'peer'> = {},
  ): readonly TargetResult[] => {
    if (ours === undefined || other === undefined) return []
    const ratio = ours / other
    return [{ says, ...about, ratio, limit, holds: ratio <= limit }]
  }
  const started = median('cold-start', 'dbal')
  const beyond = started === undefined ? undefined : started - (median('cold-start', 'node') ?? 0)
  return [
    ...WANTED.flatMap(({ work, ours, other, limit }) =>
      judge(`${work}: ${ours} / ${other}`, median(work, ours), median(work, other), limit, {
        work,
        peer: ours,
      }),
    ),
    ...['', '-128'].flatMap((atOnce) =>
      judge(
        `bridge-point-read${atOnce}: dbal-json / ws's noop and dbal-sqlite`,
        median(`bridge-point-read${atOnce}`, 'dbal-json'),
        (median(`bridge-noop${atOnce}`, 'ws') ?? Number.NaN) +
          (median(`bridge-point-read${atOnce}`, 'dbal-sqlite') ?? Number.NaN),
        BRIDGED,
        { work: `bridge-point-read${atOnce}`, peer: 'dbal-json' },
      ),
    ),
    ...judge('cold-start: dbal beyond node, in ms', beyond, 1, IMPORT_MS),
    ...ACCESS.flatMap(([work, limit]) =>
      judge(`${work}: user / system`, median(work, 'user'), median(work, 'system'), limit),
    ),
    ...['check', 'codegen'].flatMap((peer) =>
      judge(
        `codegen: ${peer} of 2,000 entities / four times that of 500`,
        median('codegen-2000', peer),
        (median('codegen-500', peer) ?? Number.NaN) * 4,
        GROWTH,
      ),
    ),
  ]
}
