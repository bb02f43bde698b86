// Random calls with random values on three databases that began alike: in process, over JSON and over CBOR. The
// answers are the same, and so are the refusals. DBAL_TEST_CALLS asks for more of them.
import { DBALClient, isDBALError, type ClientConfig } from '@proj/dbal'
import { bridgeHost } from '@proj/dbal/serve'
import { JsonNull, type Operation } from '@proj/dbal-contract'
import { compileWorkspace } from '@proj/dbal-schema'
import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { loadEncoding, openLoopback } from '../src/index.ts'
import { BridgeServer } from '../src/server.ts'

const CALLS = Number(process.env['DBAL_TEST_CALLS'] ?? 500)
const SEED = Number(process.env['DBAL_TEST_SEED'] ?? 15)
/** Calls on the same databases. */
const ROUND = 50

const CONTRACT = `
entity: Thing
fields:
  id: { type: integer, primary: true }
  name: { type: string, nullable: true, max_length: 20 }
  body: { type: text, nullable: true }
  flag: { type: boolean, nullable: true }
  size: { type: integer, nullable: true, min: -100 }
  big: { type: bigint, nullable: true }
  ratio: { type: float, nullable: true }
  price: { type: decimal, nullable: true }
  day: { type: date, nullable: true }
  moment: { type: datetime, nullable: true }
  bytes: { type: bytes, nullable: true }
  data: { type: json, nullable: true }
  kind: { type: enum, values: [a, b], nullable: true }
operations:
  echo: { input: { optional: [data, big, bytes, moment] }, output: json, public: true }
acl:
  create: { public: true }
  read: { public: true }
  list: { public: true }
  update: { public: true }
  delete: { public: true }
`

const { model, diagnostics } = compileWorkspace([{ path: 'entities/thing.yaml', text: CONTRACT }])
if (model === undefined) throw new Error(JSON.stringify(diagnostics))

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const LOCAL: ClientConfig = {
  schema: model,
  adapter: 'memory',
  operations: { 'Thing.echo': ({ input }) => input['data'] ?? null },
}

type Way = (calls: readonly Operation[]) => Promise<unknown>

function clientOver(encoding: 'json' | 'cbor'): DBALClient {
  const store = new DBALClient(LOCAL)
  closing.push(() => store.close())
  const host = bridgeHost(store, {
    model,
    version: '1',
    login: async () => ({ auth: {} }),
  } as never)
  const server = host.then((ready) => new BridgeServer(ready))
  const open = async () => {
    const [near, far] = openLoopback(await loadEncoding(encoding))
    ;(await server).accept(far)
    return near
  }
  return new DBALClient({ mode: 'production', schema: model as never, remote: { open } })
}

function inProcess(): DBALClient {
  return new DBALClient(LOCAL)
}

/** One call by itself, several as a batch. */
const over =
  (client: DBALClient): Way =>
  async (calls) => {
    const [first] = calls
    try {
      if (calls.length === 1 && first !== undefined) return { answer: await client.call(first) }
      return { answer: await client.batch(calls) }
    } catch (error) {
      if (!isDBALError(error)) throw error
      const { code, message, httpStatus, details, retryable, outcome } = error
      return { code, message, httpStatus, details, retryable, outcome }
    }
  }

const json = fc.jsonValue({ maxDepth: 3 })
const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, 0, 1, -1, '', 'a', 'b', true, false, 1n) },
  fc.string({ unit: 'grapheme', maxLength: 25 }),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  fc.date({ noInvalidDate: false }),
  fc.date().map((date) => date.toISOString()),
  fc.date().map((date) => date.toISOString().slice(0, 10)),
  fc.uint8Array({ maxLength: 12 }),
  fc.integer().map((n) => String(n / 100)),
  json,
  fc.constantFrom<unknown>(
    undefined,
    NaN,
    Infinity,
    -0,
    2 ** 53,
    '\ud800',
    'a\u0000b',
    '9007199254740993',
    '1e400',
    JsonNull,
    Object.create(null),
    JSON.parse('{"__proto__":{"a":1}}'),
    { $js: 'undefined' },
    { $json: null },
    // oxlint-disable-next-line no-sparse-arrays -- a hole is what is meant
    [1, , 2],
    () => 1,
  ),
)
const FIELDS = [...model.entities.get('Thing')!.fields.keys()]
const field = fc.constantFrom(...FIELDS)
/** Sometimes a name that is none. */
const name = fc.oneof(
  { weight: 30, arbitrary: field },
  fc.constantFrom('nobody', '__proto__', 'toString'),
)
const id = fc.integer({ min: 0, max: 4 })
const record = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true })
const withId = fc.tuple(id, record).map(([key, rest]) => ({ ...rest, id: key }))
const condition = fc.oneof(
  value,
  fc.dictionary(
    fc.constantFrom('eq', 'ne', 'gt', 'lte', 'in', 'contains', 'isNull', 'increment', 'path'),
    fc.oneof(value, fc.array(value, { maxLength: 3 })),
    { maxKeys: 2, noNullPrototype: true },
  ),
)
const conditions = fc.dictionary(name, condition, { maxKeys: 2, noNullPrototype: true })
const filter = fc.oneof(
  { weight: 3, arbitrary: conditions },
  fc.array(conditions, { maxLength: 2 }).map((AND) => ({ AND })),
  conditions.map((NOT) => ({ NOT })),
)
const paged = fc.record(
  {
    filter,
    select: fc.uniqueArray(name, { minLength: 1, maxLength: 5 }),
    sort: fc.dictionary(field, fc.constantFrom('asc', 'desc'), {
      maxKeys: 2,
      noNullPrototype: true,
    }),
    limit: fc.integer({ min: -1, max: 5 }),
  },
  { requiredKeys: [] },
)
const terms = fc.uniqueArray(fc.constantFrom('size', 'big', 'ratio', 'price', 'moment'), {
  minLength: 1,
  maxLength: 2,
})
const aggregated = fc.record(
  {
    filter,
    groupBy: fc.uniqueArray(field, { minLength: 1, maxLength: 1 }),
    count: fc.boolean(),
    sum: terms,
    min: terms,
  },
  { requiredKeys: [] },
)
const asked = (action: string, input: fc.Arbitrary<object>): fc.Arbitrary<Operation> =>
  input.map((given) => ({ entity: 'Thing', action, input: given as Operation['input'] }))
const call: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 5, arbitrary: asked('create', withId) },
  { weight: 3, arbitrary: asked('update', withId) },
  { weight: 3, arbitrary: asked('list', paged) },
  asked(
    'upsert',
    fc.record({ where: id.map((key) => ({ id: key })), create: withId, update: record }),
  ),
  asked('read', fc.record({ id: fc.oneof(id, value) })),
  asked('count', fc.record({ filter }, { requiredKeys: [] })),
  asked('aggregate', aggregated),
  asked('create_many', fc.record({ items: fc.array(withId, { maxLength: 3 }) })),
  asked('update_many', fc.record({ filter, data: record })),
  asked('delete', fc.record({ id })),
  asked(
    'echo',
    fc.dictionary(fc.constantFrom('data', 'big', 'bytes', 'moment'), value, {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  ),
)
const step = fc.oneof(
  { weight: 8, arbitrary: call.map((one) => [one]) },
  asked('nothing', record).map((one) => [one]),
  fc.array(call, { minLength: 2, maxLength: 3 }),
)

it(
  `JSON, CBOR and the client in process answer alike (${CALLS} calls, seed ${SEED})`,
  {
    timeout: 3_600_000,
  },
  async () => {
    let answered = 0
    const codes = new Set<unknown>()
    for (let from = 0; from < CALLS; from += ROUND) {
      const clients = [inProcess(), clientOver('json'), clientOver('cbor')]
      const ways = clients.map(over)
      const steps = fc.sample(step, { seed: SEED + from, numRuns: Math.min(ROUND, CALLS - from) })
      for (const [i, calls] of steps.entries()) {
        const [expected, ...others] = await Promise.all(ways.map((way) => way(calls)))
        for (const other of others) expect(other, `call ${i} of ${SEED + from}`).toEqual(expected)
        const { code } = expected as { readonly code?: unknown }
        if (code === undefined) answered += 1
        else codes.add(code)
      }
      for (const client of clients) await client.close()
      for (const close of closing.splice(0).reverse()) await close()
    }
    // Neither all right nor all wrong.
    expect(answered).toBeGreaterThan(CALLS / 5)
    expect([...codes]).toEqual(
      expect.arrayContaining(['VALIDATION_ERROR', 'NOT_FOUND', 'CONFLICT']),
    )
  },
)
