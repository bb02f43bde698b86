// Frames are put together by hand, in both encodings: as the whole encoder would spell them.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { loadEncoding } from '../src/index.ts'
import type { Payload, SentFrame } from '../src/protocol/encoding.ts'

const SEED = Number(process.env['DBAL_TEST_SEED'] ?? 51)
const MAX_DEPTH = 1_000

// JSON has no negative zero.
const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)
const id = fc.oneof(
  fc.integer(),
  fc.nat(),
  fc.constantFrom(0, 23, 24, 255, 256, 65_535, 65_536, 2 ** 31 - 1, -1, -(2 ** 31)),
  fc.string({ minLength: 1, maxLength: 64 }),
)
const name = fc.oneof(fc.string({ maxLength: 300, unit: 'grapheme' }), fc.constant('User.list'))
const record = fc.dictionary(fc.string({ maxLength: 30 }), json, { noNullPrototype: true })
const frame: fc.Arbitrary<SentFrame> = fc.oneof(
  fc.record(
    { jsonrpc: fc.constant('2.0' as const), id, method: name, params: record, meta: record },
    { requiredKeys: ['jsonrpc', 'method', 'params'] },
  ),
  fc.record({ jsonrpc: fc.constant('2.0' as const), id, result: json }),
  fc.record({
    jsonrpc: fc.constant('2.0' as const),
    id: fc.oneof(id, fc.constant(null)),
    error: record,
  }),
)

/** A library may give bytes as a Buffer. */
const plain = (payload: Payload): Payload =>
  typeof payload === 'string' ? payload : new Uint8Array(payload)

it.each(['json', 'cbor'] as const)('of %s is that of the encoder', async (name) => {
  const encoding = await loadEncoding(name)
  fc.assert(
    fc.property(frame, (sent) => {
      expect(plain(encoding.encodeFrame(sent))).toEqual(plain(encoding.encode(sent)))
      expect(encoding.decode(encoding.encodeFrame(sent), MAX_DEPTH)).toEqual(sent)
    }),
    { seed: SEED, numRuns: 1_000 },
  )
})

it.each(['json', 'cbor'] as const)('packs of %s hold frames of any number', async (name) => {
  const encoding = await loadEncoding(name)
  for (const count of [1, 23, 24, 255, 256, 300]) {
    const sent = Array.from(
      { length: count },
      (_, id) => ({ jsonrpc: '2.0', id, result: id }) as const,
    )
    const packed = encoding.pack(sent.map((each) => encoding.encodeFrame(each)))
    expect(plain(packed)).toEqual(plain(encoding.encode(sent)))
  }
})
