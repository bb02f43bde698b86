import { isDBALError, type JsonValue } from '@proj/dbal-contract'
import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import { openSandbox, type RunOptions } from '../src/index.ts'
import type { Language } from '../src/index.ts'

const sandbox = openSandbox({ mode: 'permissive' })
afterAll(() => sandbox.close())

const run = (language: Language, code: string, args?: unknown, options?: RunOptions) =>
  sandbox.run({ language, code, args }, options)

/** The error as a caller sees it: nothing of the script. */
async function refused(
  language: Language,
  code: string,
  args?: unknown,
  options?: RunOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const error: unknown = await run(language, code, args, options).then(
    (answer) => answer,
    (reason: unknown) => reason,
  )
  if (!isDBALError(error)) throw new Error(`not refused: ${JSON.stringify(error)}`)
  const { code: name, details } = error
  return { code: name, ...details }
}

const violation = (name: string) =>
  expect.objectContaining({ code: 'SANDBOX_VIOLATION', violation: name })

it('gives a script its arguments and answers what it returns', async () => {
  expect(await run('lua', "return 'Welcome, ' .. (args.name or 'friend')", { name: 'ann' })).toBe(
    'Welcome, ann',
  )
  expect(await run('javascript', 'return args.list.map((n) => n * 2)', { list: [1, 2] })).toEqual([
    2, 4,
  ])
  expect(await run('lua', 'local x = 1')).toBe(null)
  expect(await run('javascript', 'const x = 1')).toBe(null)
})

it.each(['lua', 'javascript'] as const)(
  'gives back in %s the data that it was given',
  async (language) => {
    // Lua has no word for a key that is null, and one for the list and the object that are empty.
    const key = fc.string().filter((each) => !/^(?:__proto__|constructor|prototype)$/.test(each))
    const { data } = fc.letrec<{ data: unknown; inner: unknown }>((tie) => ({
      data: fc.oneof(fc.constant(null), tie('inner')),
      inner: fc.oneof(
        { maxDepth: 3 },
        fc.boolean(),
        fc.string({ unit: 'grapheme' }),
        fc.maxSafeInteger(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n)),
        fc.array(tie('data'), { minLength: 1, maxLength: 4 }),
        fc.dictionary(key, tie('inner'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
      ),
    }))
    const property = fc.asyncProperty(data, async (value) => {
      expect(await run(language, 'return args', value)).toEqual(value)
    })
    await fc.assert(property, { numRuns: 200 })
  },
)

it('keeps nothing from one run to the next', async () => {
  await run('lua', "stolen = args; string.upper = nil; getmetatable('').__index = nil", 'secret')
  expect(await run('lua', "return { type(stolen), ('x'):upper() }")).toEqual(['nil', 'X'])
  await run('javascript', 'globalThis.stolen = args; Array.prototype.map = null', 'secret')
  expect(await run('javascript', 'return [typeof stolen, [1].map(String)]')).toEqual([
    'undefined',
    ['1'],
  ])
})

it('has the allowed globals and no other', async () => {
  const lua =
    'local names = {} for name in pairs(_G) do names[#names + 1] = name end table.sort(names) return names'
  const allowed =
    '_G _VERSION assert coroutine error getmetatable ipairs math next null pairs pcall rawequal rawget ' +
    'rawlen rawset select setmetatable string table tonumber tostring type utf8 xpcall'
  expect(await run('lua', lua)).toEqual(allowed.split(' '))
  const javascript = 'return Object.getOwnPropertyNames(globalThis).sort()'
  expect(await run('javascript', javascript)).toMatchSnapshot()
})

it('has no compiler, no bytecode, no clock and nothing that runs later', async () => {
  const types = 'return { type(os), type(load), type(debug), type(string.dump), type(require) }'
  expect(await run('lua', types)).toEqual(['nil', 'nil', 'nil', 'nil', 'nil'])
  expect(await refused('lua', '\u001bLuaS')).toEqual(violation('code'))
  const makers = `return [function () {}, function* () {}, () => 1, async () => 1, class {}.constructor]
    .map((made) => typeof made?.constructor)`
  expect(await run('javascript', makers)).toEqual(Array(5).fill('undefined'))
  expect(await run('javascript', 'return [typeof eval, typeof Date, typeof Promise]')).toEqual(
    Array(3).fill('undefined'),
  )
})

it('names the forbidden global, and nothing else of the script', async () => {
  const os = await refused('lua', "local secret = 'x'\nreturn os.execute(secret)")
  expect(os).toEqual({
    code: 'SANDBOX_VIOLATION',
    violation: 'global',
    name: 'os',
    reason: 'the script used a name that is not allowed',
  })
  for (const code of [
    "io.open('x')",
    "require('socket')",
    "load('return 1')()",
    'string.dump(print)',
  ]) {
    expect(await refused('lua', code)).toEqual(violation('global'))
  }
  for (const code of ['process.env', "require('fs')", "fetch('x')", "eval('1')", "Function('1')"]) {
    expect(await refused('javascript', `return ${code}`)).toEqual(violation('global'))
  }
})

it('calls an error of the script one, by its line, without its text', async () => {
  const lua = await refused('lua', "\nerror('the password is ' .. args)", 'hunter2')
  const javascript = await refused('javascript', "\nthrow new Error('is ' + args)", 'hunter2')
  const expected = { code: 'INTERNAL_ERROR', reason: 'the script ended with an error', line: 2 }
  expect(lua).toEqual(expected)
  expect(javascript).toEqual(expected)
  expect(await refused('lua', 'return 1 +')).toEqual({ ...expected, line: 1 })
  expect(await refused('javascript', 'return 1 +')).toMatchObject({ code: 'INTERNAL_ERROR' })
  const odd: readonly (readonly [Language, string])[] = [
    ['lua', 'error({})'],
    ['lua', "local function down(s) return (s:gsub('.', down)) end return down('a')"],
    ['lua', `return ${'{'.repeat(5000)}${'}'.repeat(5000)}`],
    ['javascript', 'throw undefined'],
    ['javascript', 'throw { get name() { throw 1 } }'],
    ['javascript', 'throw new Proxy({}, { get() { throw 1 } })'],
  ]
  for (const [language, code] of odd) {
    expect(await refused(language, code), code).toMatchObject({ code: 'INTERNAL_ERROR' })
  }
})

it(
  'ends the thread at the deadline, whatever the script catches',
  { timeout: 60_000 },
  async () => {
    const endless: readonly (readonly [Language, string])[] = [
      ['lua', 'while true do end'],
      ['lua', 'while true do pcall(function() while true do end end) end'],
      ['lua', "return (('a'):rep(300000)):find(('.-'):rep(40) .. 'b')"],
      ['lua', 'setmetatable({}, { __gc = function() while true do end end }) return 1'],
      ['lua', 'coroutine.wrap(function() while true do end end)()'],
      ['javascript', 'for (;;);'],
      ['javascript', 'for (;;) try { for (;;); } catch {} finally { continue }'],
      ['javascript', "return /(a+)+$/.test('a'.repeat(50) + 'b')"],
      ['javascript', 'return { toJSON() { for (;;); } }'],
      ['javascript', '}); for (;;); (function () {'],
    ]
    for (const [language, code] of endless) {
      const started = performance.now()
      expect(await refused(language, code, null, { timeMs: 100 }), code).toEqual(violation('time'))
      expect(performance.now() - started).toBeLessThan(5000)
    }
    expect(await run('lua', 'return 1')).toBe(1)
  },
)

it('bounds memory, and goes on', { timeout: 60_000 }, async () => {
  const options = { timeMs: 20_000 }
  const greedy: readonly (readonly [Language, string])[] = [
    ['lua', "return ('x'):rep(1e9)"],
    ['lua', "local all = {} while true do all[#all + 1] = ('x'):rep(10000) .. #all end"],
    ['lua', 'local function down() return down() + 1 end return down()'],
    ['javascript', "return 'x'.repeat(2 ** 28)"],
    ['javascript', "const all = []; for (;;) all.push('x'.repeat(10000) + all.length)"],
    ['javascript', 'const all = []; for (;;) all.push({ all })'],
    ['javascript', 'return new Uint8Array(2 ** 30)'],
    ['javascript', 'const down = () => down() + 1; return down()'],
  ]
  for (const [language, code] of greedy) {
    expect(await refused(language, code, null, options), code).toEqual(violation('memory'))
  }
  // What is caught is no way around the limit either.
  const caught = `local all = {}
    pcall(function() while true do all[#all + 1] = ('x'):rep(10000) .. #all end end)
    return #all`
  expect(await run('lua', caught, null, options)).toBeLessThan(1700)
  expect(await run('lua', 'return 1')).toBe(1)
})

it('takes and gives data only, and not too much of it', async () => {
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const sparse: unknown[] = []
  sparse[1] = 1
  const getter = Object.defineProperty({}, 'x', { get: () => 1, enumerable: true })
  const made = JSON.parse('{"__proto__": 1}') as JsonValue
  const inputs = [
    '\ud800',
    cyclic,
    sparse,
    getter,
    made,
    new Date(),
    Number.NaN,
    () => 1,
    'x'.repeat(2 ** 21),
  ]
  for (const args of inputs)
    expect(await refused('lua', 'return 1', args)).toEqual(violation('input'))

  const answers: readonly (readonly [Language, string])[] = [
    ['lua', 'return function() end'],
    ['lua', 'return coroutine.create(function() end)'],
    ['lua', 'return 1 / 0'],
    ['lua', 'return 9007199254740993'],
    ['lua', "return '\\255'"],
    ['lua', 'return { 1, x = 2 }'],
    ['lua', 'return { [1.5] = 2 }'],
    ['lua', 'return { [3] = 2 }'],
    ['lua', 'local loop = {} loop[1] = loop return loop'],
    ['lua', "return ('x'):rep(2000000)"],
    ['lua', "return { ['__proto__'] = 1 }"],
    ['javascript', 'return 10n'],
    ['javascript', "return { '\\ud800': 1 }"],
    ['javascript', 'const loop = []; loop[0] = loop; return loop'],
    ['javascript', "return 'x'.repeat(2000000)"],
    ['javascript', "return 'ä'.repeat(600000)"],
    ['javascript', `return JSON.parse('{"__proto__": 1}')`],
    ['javascript', 'let deep = []; for (let i = 0; i < 100; i++) deep = [deep]; return deep'],
  ]
  for (const [language, code] of answers) {
    expect(await refused(language, code), code).toEqual(violation('output'))
  }
  expect(await run('javascript', "JSON.stringify = () => 'null'; return 5")).toBe(5)
  expect(await refused('lua', ' '.repeat(300_000))).toEqual(violation('code'))
})
