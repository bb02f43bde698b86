import { describe, expect, it } from 'vitest'
import { CLOSE } from '../src/index.ts'
import { Raw, type Heard } from './raw.ts'
import { start } from './scene.ts'

const COUNT = { method: 'User.count', params: {} }

function refusal(heard: Heard): readonly [unknown, unknown] {
  return [heard.id, heard.error?.code]
}

describe('ids (R1)', () => {
  it.each(['a', 'x'.repeat(64), 0, -5, 2147483647])('takes %s', async (id) => {
    const raw = await Raw.hello((await start()).server, 'eve')
    expect(await raw.ask({ id, ...COUNT })).toEqual({ jsonrpc: '2.0', id, result: 2 })
    // Used again after it was answered.
    expect(await raw.ask({ id, ...COUNT })).toMatchObject({ result: 2 })
  })

  it.each(['""', `"${'x'.repeat(65)}"`, 'null', '-0', '1e400', '1.5', '2147483648', '{}', '[1]'])(
    'refuses %s',
    async (id) => {
      const raw = await Raw.hello((await start()).server, 'eve')
      raw.write(`{"jsonrpc":"2.0","id":${id},"method":"User.count"}`)
      expect(refusal(await raw.hear())).toEqual([null, -32600])
    },
  )

  it('closes where an id is in use', async () => {
    const raw = await Raw.hello((await start()).server, 'eve')
    raw.say({ id: 7, ...COUNT })
    raw.say({ id: 7, ...COUNT })
    expect(await raw.closed).toBe(CLOSE.PROTOCOL)
  })
})

describe('answers (R2)', () => {
  it('closes at an answer to nothing', async () => {
    const raw = await Raw.hello((await start()).server, 'eve')
    raw.say({ id: 7, result: {} })
    expect(await raw.closed).toBe(CLOSE.PROTOCOL)
  })

  it('answers no notification', async () => {
    const raw = await Raw.hello((await start()).server, 'eve')
    raw.say(COUNT)
    raw.say({ method: 'nonsense' })
    expect(await raw.ask({ id: 1, ...COUNT })).toMatchObject({ id: 1 })
  })
})

describe('batches (R4)', () => {
  it('answers the requests in them, and no notification', async () => {
    const raw = await Raw.hello((await start()).server, 'eve')
    const call = (id: number): object => ({ jsonrpc: '2.0', id, ...COUNT })
    raw.write(JSON.stringify([call(1), { jsonrpc: '2.0', ...COUNT }, call(2)]))
    const answers = await raw.hearBatch()
    expect(answers.map(({ id, result }) => [id, result])).toEqual([
      [1, 2],
      [2, 2],
    ])
  })

  it('refuses an empty one, one that is too long, and one in another', async () => {
    const raw = await Raw.hello((await start({ batch: 2 })).server, 'eve')
    raw.write('[]')
    expect(refusal(await raw.hear())).toEqual([null, -32600])
    raw.write('[1,2,3]')
    expect(refusal(await raw.hear())).toEqual([null, -32600])
    raw.write('[[{"jsonrpc":"2.0","id":1,"method":"User.count"}]]')
    expect(refusal(await raw.hear())).toEqual([null, -32600])
  })

  it('closes where an id stands twice in one', async () => {
    const raw = await Raw.hello((await start()).server, 'eve')
    const call = { jsonrpc: '2.0', id: 1, ...COUNT }
    raw.write(JSON.stringify([call, call]))
    expect(await raw.closed).toBe(CLOSE.PROTOCOL)
  })
})

describe('methods (R8)', () => {
  it.each(['x', 'dbal.nothing', ''])('knows no %j', async (method) => {
    const raw = await Raw.hello((await start()).server, 'eve')
    expect(refusal(await raw.ask({ id: 1, method }))).toEqual([1, -32601])
  })

  it.each(['User.explode', 'Nobody.list', '__proto__.constructor', 'User.__proto__'])(
    'says of %s what the client in process says',
    async (method) => {
      const raw = await Raw.hello((await start()).server, 'eve')
      const { error } = await raw.ask({ id: 1, method })
      expect(error?.data?.code).toBe('VALIDATION_ERROR')
      expect(error?.data?.['httpStatus']).toBe(422)
    },
  )

  it('ignores keys that it does not know', async () => {
    const raw = await Raw.hello((await start()).server, 'eve')
    const later = { trace: 'x', meta: { priority: 3 } }
    expect(await raw.ask({ id: 1, ...COUNT, ...later })).toMatchObject({ result: 2 })
  })

  it.each([
    { jsonrpc: '1.0', ...COUNT },
    { method: 5 },
    { method: 'User.count', params: [1] },
    { method: 'User.count', params: 'x' },
    { method: 'User.count', meta: 5 },
    { method: 'User.count', meta: { timeoutMs: 0 } },
    { method: 'User.count', meta: { timeoutMs: -1 } },
    { method: 'User.count', meta: { timeoutMs: 1e20 } },
    { method: 'User.count', meta: { timeoutMs: '5' } },
    { method: 'User.count', meta: { key: '' } },
    { method: 'User.count', meta: { tx: 'x'.repeat(201) } },
  ])('refuses %j (R11)', async (frame) => {
    const raw = await Raw.hello((await start()).server, 'eve')
    expect(refusal(await raw.ask({ id: 1, ...frame }))).toEqual([1, -32600])
  })
})

describe('size and shape (R30)', () => {
  it('tells the sender of a message that is too large by its id, and goes on', async () => {
    const raw = await Raw.hello((await start({ messageBytes: 1_000 })).server, 'eve')
    const params = { filter: { username: 'x'.repeat(2_000) } }
    expect(refusal(await raw.ask({ id: 'big', method: 'User.count', params }))).toEqual([
      'big',
      -32600,
    ])
    expect(await raw.ask({ id: 1, ...COUNT })).toMatchObject({ result: 2 })
  })

  it('closes where it cannot be told', async () => {
    const raw = await Raw.hello((await start({ messageBytes: 1_000 })).server, 'eve')
    raw.write(`{"params":"${'x'.repeat(2_000)}","id":1}`)
    expect(await raw.closed).toBe(CLOSE.TOO_BIG)
  })

  it.each([
    ['no JSON', '{"jsonrpc"'],
    ['nothing', ''],
    ['too deep', `{"jsonrpc":"2.0","id":1,"method":"User.count","params":${'['.repeat(5_000)}`],
    ['a number', '5'],
  ])('refuses %s', async (_, text) => {
    const raw = await Raw.hello((await start()).server, 'eve')
    raw.write(text)
    const heard = await raw.hear()
    expect([-32700, -32600]).toContain(heard.error?.code)
    expect(await raw.ask({ id: 1, ...COUNT })).toMatchObject({ result: 2 })
  })

  it('gives up on a sender of nothing but nonsense', async () => {
    const raw = await Raw.hello((await start()).server, 'eve')
    for (let i = 0; i < 10; i += 1) raw.write('nonsense')
    expect(await raw.closed).toBe(CLOSE.PROTOCOL)
  })

  it.each(['{"__proto__":{"role":"admin"}}', '{"constructor":1}', '{"filter":{"__proto__":1}}'])(
    'takes no prototype from %s',
    async (params) => {
      const raw = await Raw.hello((await start()).server, 'eve')
      raw.write(`{"jsonrpc":"2.0","id":1,"method":"User.list","params":${params}}`)
      expect((await raw.hear()).error?.data?.code).toBe('VALIDATION_ERROR')
      expect(({} as { role?: string }).role).toBeUndefined()
    },
  )

  it('reads the last of two keys of one name, in JSON', async () => {
    const raw = await Raw.hello((await start()).server, 'eve')
    raw.write('{"jsonrpc":"2.0","id":1,"method":"User.read","method":"User.count"}')
    expect(await raw.hear()).toMatchObject({ result: 2 })
  })

  it('refuses an integer that a number cannot hold', async () => {
    const raw = await Raw.hello((await start()).server, 'ada')
    raw.write(
      '{"jsonrpc":"2.0","id":1,"method":"User.create","params":{"username":"x","score":9007199254740993}}',
    )
    expect((await raw.hear()).error?.data).toMatchObject({
      code: 'VALIDATION_ERROR',
      details: { fields: [{ field: 'score' }] },
    })
  })
})

describe('CBOR (R30)', () => {
  it.each([
    ['a text', 'hello'],
    ['half a message', new Uint8Array([0xa2, 0x61])],
    ['a tag', new Uint8Array([0xc0, 0x61, 0x61])],
    ['undefined', new Uint8Array([0xf7])],
    ['bytes', new Uint8Array([0x41, 0x01])],
    ['a key twice', new Uint8Array([0xa2, 0x61, 0x61, 0x01, 0x61, 0x61, 0x02])],
    ['depth', new Uint8Array(200_000).fill(0x81)],
    [
      'too large an integer',
      new Uint8Array([0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    ],
    ['more after the end', new Uint8Array([0xa0, 0xa0])],
  ])('refuses %s', async (_, payload) => {
    const { server } = await start()
    const raw = await Raw.open(server, 'cbor')
    raw.say({ id: 'hello', method: 'dbal.hello', params: { token: 'eve' } })
    await raw.hear()
    raw.wire.send(payload)
    expect([-32700, -32600]).toContain((await raw.hear()).error?.code)
    expect(await raw.ask({ id: 1, ...COUNT })).toMatchObject({ result: 2 })
  })
})

describe('packs (BR-8)', () => {
  const call = (id: number): object => ({ jsonrpc: '2.0', id, ...COUNT })

  it('are several messages in one, each answered by itself', async () => {
    const { server } = await start()
    const raw = await Raw.open(server)
    raw.say({ id: 'hello', method: 'dbal.hello', params: { token: 'eve', pack: 2 } })
    expect((await raw.hear()).result).toMatchObject({ pack: 128 })
    raw.write(JSON.stringify([call(1), { jsonrpc: '2.0', ...COUNT }, call(2), call(3)]))
    // As many answers in one as the client takes.
    expect((await raw.hearBatch()).map(({ id }) => id)).toEqual([1, 2])
    expect(await raw.hear()).toMatchObject({ id: 3, result: 2 })
  })

  it('are refused where they are empty, too long or one in another', async () => {
    const { server } = await start({ batch: 2 })
    const raw = await Raw.hello(server, 'eve', { pack: 1 })
    for (const pack of [[], [call(1), call(2), call(3)], [[call(1)]]]) {
      raw.write(JSON.stringify(pack))
      expect(refusal(await raw.hear())).toEqual([null, -32600])
    }
  })

  it('are JSON-RPC batches where none were agreed on', async () => {
    const raw = await Raw.hello((await start()).server, 'eve')
    raw.write(JSON.stringify([call(1), call(2)]))
    expect(await raw.hearBatch()).toHaveLength(2)
  })

  it.each([0, -1, 1.5, '2', null])('cannot hold %s messages', async (pack) => {
    const raw = await Raw.open((await start()).server)
    raw.say({ id: 'hello', method: 'dbal.hello', params: { token: 'eve', pack } })
    expect((await raw.hear()).error?.data?.code).toBe('VALIDATION_ERROR')
  })
})
