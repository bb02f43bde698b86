import type { Field } from '@proj/dbal-schema'
import { describe, expect, it } from 'vitest'
import { canonicalValue, JsonNull } from '../src/index.ts'
import { makeField } from './make-field.ts'

const REFUSED = Symbol('refused')

type Case = readonly [value: unknown, expected: unknown]

function judge(field: Field, value: unknown): unknown {
  const checked = canonicalValue(field, value)
  return checked.ok ? checked.value : REFUSED
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)]
}

const tables: readonly (readonly [string, Field, readonly Case[]])[] = [
  [
    'integer',
    makeField('integer'),
    [
      [0, 0],
      [-0, 0],
      [2147483647, 2147483647],
      [-2147483648, -2147483648],
      [2147483648, REFUSED],
      [1.5, REFUSED],
      [Number.NaN, REFUSED],
      ['1', REFUSED],
      [1n, REFUSED],
      [true, REFUSED],
    ],
  ],
  [
    'integer with bounds',
    makeField('integer', { min: 1, max: 3 }),
    [
      [0, REFUSED],
      [1, 1],
      [3, 3],
      [4, REFUSED],
    ],
  ],
  [
    'bigint',
    makeField('bigint'),
    [
      [5, 5n],
      [-0, 0n],
      [9007199254740993n, 9007199254740993n],
      [9223372036854775807n, 9223372036854775807n],
      [-9223372036854775808n, -9223372036854775808n],
      [9223372036854775808n, REFUSED],
      [2 ** 53, REFUSED],
      [1.5, REFUSED],
      ['5', REFUSED],
    ],
  ],
  [
    'bigint with bounds as text',
    makeField('bigint', { min: '0', max: '9007199254740993' }),
    [
      [-1, REFUSED],
      [9007199254740993n, 9007199254740993n],
      [9007199254740994n, REFUSED],
    ],
  ],
  [
    'float',
    makeField('float'),
    [
      [1.5, 1.5],
      [-0, 0],
      [1e308, 1e308],
      [Number.POSITIVE_INFINITY, REFUSED],
      [Number.NaN, REFUSED],
      ['1.5', REFUSED],
      [1n, REFUSED],
    ],
  ],
  [
    'decimal',
    makeField('decimal', { precision: 5, scale: 2 }),
    [
      ['1', '1.00'],
      ['+1.5', '1.50'],
      ['-0.00', '0.00'],
      ['-0.5', '-0.50'],
      ['007.10', '7.10'],
      ['999.99', '999.99'],
      ['1000', REFUSED],
      ['1.005', REFUSED],
      ['1.500', '1.50'],
      [0.1, '0.10'],
      [0.1 + 0.2, REFUSED],
      [12, '12.00'],
      [12n, '12.00'],
      [1e21, REFUSED],
      [1e-7, REFUSED],
      ['1e2', REFUSED],
      ['', REFUSED],
      ['.5', REFUSED],
      ['1.', REFUSED],
      ['١', REFUSED],
      [Number.NaN, REFUSED],
      [`1${'0'.repeat(5000)}`, REFUSED],
    ],
  ],
  ['decimal by default', makeField('decimal'), [['1.5', '1.500000']]],
  [
    'decimal with bounds',
    makeField('decimal', { precision: 30, scale: 2, min: '-0.01', max: '12345678901234567890.01' }),
    [
      ['-0.01', '-0.01'],
      ['-0.02', REFUSED],
      ['12345678901234567890.01', '12345678901234567890.01'],
      ['12345678901234567890.02', REFUSED],
    ],
  ],
  [
    'boolean',
    makeField('boolean'),
    [
      [true, true],
      [false, false],
      [1, REFUSED],
      ['true', REFUSED],
    ],
  ],
  [
    'datetime',
    makeField('datetime'),
    [
      [new Date(5), new Date(5)],
      ['2024-02-29T12:00:00.123Z', new Date('2024-02-29T12:00:00.123Z')],
      ['2024-02-29T12:00:00+02:00', new Date('2024-02-29T10:00:00.000Z')],
      ['2024-02-29T12:00:00-00:00', new Date('2024-02-29T12:00:00.000Z')],
      ['2024-02-29 12:00', new Date('2024-02-29T12:00:00.000Z')],
      ['2024-02-29', new Date('2024-02-29T00:00:00.000Z')],
      ['0001-01-01T00:00:00.000Z', new Date('0001-01-01T00:00:00.000Z')],
      ['9999-12-31T23:59:59.999Z', new Date('9999-12-31T23:59:59.999Z')],
      ['0001-01-01T00:00:00+01:00', REFUSED],
      ['9999-12-31T23:59:59-01:00', REFUSED],
      ['2024-02-29T12:00:00.1234Z', REFUSED],
      ['2024-02-29T12:00:00.123000Z', REFUSED],
      ['2023-02-29T12:00:00Z', REFUSED],
      ['2024-02-29T24:00:00Z', REFUSED],
      ['2024-02-29T23:59:60Z', REFUSED],
      ['2024-02-29T12:00:00+24:00', REFUSED],
      ['0000-01-01T00:00:00Z', REFUSED],
      ['+012024-01-01T00:00:00Z', REFUSED],
      [new Date(Number.NaN), REFUSED],
      [new Date(8.64e15), REFUSED],
      [Object.create(Date.prototype), REFUSED],
      [0, REFUSED],
      ['now', REFUSED],
    ],
  ],
  [
    'datetime with bounds',
    makeField('datetime', { min: '2024-01-01T00:00:00.000Z', max: '2024-12-31T00:00:00.000Z' }),
    [
      ['2023-12-31T23:59:59.999Z', REFUSED],
      ['2024-01-01T00:00:00Z', new Date('2024-01-01T00:00:00.000Z')],
      ['2024-12-31T00:00:00.001Z', REFUSED],
    ],
  ],
  [
    'date',
    makeField('date', { max: '2024-12-31' }),
    [
      ['2024-02-29', '2024-02-29'],
      ['2023-02-29', REFUSED],
      ['2024-13-01', REFUSED],
      ['2024-1-1', REFUSED],
      ['0000-01-01', REFUSED],
      ['2025-01-01', REFUSED],
      [new Date(0), REFUSED],
    ],
  ],
  [
    'time',
    makeField('time', { min: '08:00' }),
    [
      ['08:00', '08:00:00'],
      ['23:59:59', '23:59:59'],
      ['23:59:59.5', '23:59:59.500'],
      ['23:59:59.000', '23:59:59'],
      ['07:59:59.999', REFUSED],
      ['24:00:00', REFUSED],
      ['08:00:00.0001', REFUSED],
      ['8:00', REFUSED],
    ],
  ],
  [
    'uuid',
    makeField('uuid'),
    [
      ['F47AC10B-58CC-4372-A567-0E02B2C3D479', 'f47ac10b-58cc-4372-a567-0e02b2c3d479'],
      ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'],
      ['{f47ac10b-58cc-4372-a567-0e02b2c3d479}', REFUSED],
      ['f47ac10b58cc4372a5670e02b2c3d479', REFUSED],
      ['f47ac10b-58cc-4372-a567-0e02b2c3d479\n', REFUSED],
    ],
  ],
  [
    'cuid',
    makeField('cuid'),
    [
      ['cjld2cjxh0000qzrmn831i7rn', 'cjld2cjxh0000qzrmn831i7rn'],
      ['CJLD', REFUSED],
      ['1abc', REFUSED],
    ],
  ],
  [
    'email',
    makeField('email', { maxLength: 255 }),
    [
      ['ada@example.com', 'ada@example.com'],
      ['Ada+x@sub.example.org', 'Ada+x@sub.example.org'],
      ['ada', REFUSED],
      ['ada@', REFUSED],
      ['@example.com', REFUSED],
      ['a b@example.com', REFUSED],
      ['a@b@example.com', REFUSED],
      ['ada@example..com', REFUSED],
    ],
  ],
  [
    'url',
    makeField('url', { maxLength: 2048 }),
    [
      ['https://example.com/a?b=c#d', 'https://example.com/a?b=c#d'],
      ['mailto:ada@example.com', 'mailto:ada@example.com'],
      ['example.com', REFUSED],
      ['//example.com', REFUSED],
      ['https://', REFUSED],
      ['https://exa mple.com', REFUSED],
      [' https://example.com', REFUSED],
      ['https://example.com/\u0007', REFUSED],
      ['JavaScript:alert(1)', REFUSED],
      ['data:text/html,x', REFUSED],
    ],
  ],
  [
    'string',
    makeField('string', { minLength: 2, maxLength: 3 }),
    [
      ['ab', 'ab'],
      ['👩‍👩', '👩‍👩'],
      ['a', REFUSED],
      ['👍', REFUSED],
      ['👍👍', '👍👍'],
      ['👍👍👍', '👍👍👍'],
      ['👍👍👍👍', REFUSED],
      ['abcd', REFUSED],
      ['a\0b', REFUSED],
      ['\ud800a', REFUSED],
      ['a\udc00', REFUSED],
      ['\udc00\ud800', REFUSED],
      ['e\u0301', 'e\u0301'],
      [12, REFUSED],
      [Object('ab'), REFUSED],
    ],
  ],
  [
    'string with a pattern',
    makeField('string', { pattern: '^\\p{Lu}.$' }),
    [
      ['Äb', 'Äb'],
      ['A👍', 'A👍'],
      ['ab', REFUSED],
    ],
  ],
  [
    'enum',
    makeField('enum', { values: ['draft', 'done'] }),
    [
      ['draft', 'draft'],
      ['Draft', REFUSED],
      ['constructor', REFUSED],
      [0, REFUSED],
    ],
  ],
  [
    'json',
    makeField('json'),
    [
      [JsonNull, JsonNull],
      ['text', 'text'],
      [-0, 0],
      [
        { b: [1, null, { d: 1, c: -0 }], a: 'x' },
        { a: 'x', b: [1, null, { c: 0, d: 1 }] },
      ],
      [Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
      [nested(100), nested(100)],
      [nested(101), REFUSED],
      [{ a: undefined }, REFUSED],
      [{ a: JsonNull }, REFUSED],
      [[1, , 2], REFUSED], // eslint-disable-line no-sparse-arrays
      [{ a: Number.NaN }, REFUSED],
      [{ a: 2 ** 53 }, REFUSED],
      [1e300, REFUSED],
      [1n, REFUSED],
      [() => 1, REFUSED],
      [new Date(0), REFUSED],
      [new Map(), REFUSED],
      [new Uint8Array(1), REFUSED],
      [JSON.parse('{"a":{"__proto__":1}}'), REFUSED],
      [{ a: 'x\0' }, REFUSED],
      [{ '\ud800': 1 }, REFUSED],
    ],
  ],
  [
    'bytes',
    makeField('bytes', { minLength: 1, maxLength: 2 }),
    [
      [new Uint8Array([1, 2]), new Uint8Array([1, 2])],
      [Buffer.from([1]), new Uint8Array([1])],
      [new Uint8Array(0), REFUSED],
      [new Uint8Array(3), REFUSED],
      ['AQ==', REFUSED],
      [[1], REFUSED],
      [new Uint16Array(1), REFUSED],
    ],
  ],
]

describe.each(tables)('canonicalValue: %s', (_name, field, cases) => {
  it.each(cases)('case %#', (value, expected) => {
    expect(judge(field, value)).toStrictEqual(expected)
  })
})

describe('canonicalValue', () => {
  it('has one form for zero', () => {
    for (const type of ['integer', 'float', 'json'] as const)
      expect(Object.is(judge(makeField(type), -0), 0)).toBe(true)
  })

  it('keeps NULL for nullable fields and refuses undefined everywhere', () => {
    expect(judge(makeField('json'), null)).toBe(null)
    expect(canonicalValue(makeField('string', { nullable: false }), null)).toEqual({
      ok: false,
      error: 'may not be null',
    })
    expect(judge(makeField('string'), undefined)).toBe(REFUSED)
  })

  it('shares nothing with the caller', () => {
    const moment = new Date(5)
    const bytes = Buffer.from([1])
    const json = { a: [1] }
    const kept = [
      judge(makeField('datetime'), moment) as Date,
      judge(makeField('bytes'), bytes) as Uint8Array,
      judge(makeField('json'), json) as { a: number[] },
    ] as const
    moment.setTime(6)
    bytes[0] = 2
    json.a.push(2)
    expect(kept).toEqual([new Date(5), new Uint8Array([1]), { a: [1] }])
    expect(Buffer.isBuffer(kept[1])).toBe(false)
  })

  it('gives JSON one text whatever the order of its keys', () => {
    const [a, b] = [
      JSON.parse('{"b":1,"a":{"d":1,"c":2}}'),
      JSON.parse('{"a":{"c":2,"d":1},"b":1}'),
    ]
    expect(JSON.stringify(judge(makeField('json'), a))).toBe('{"a":{"c":2,"d":1},"b":1}')
    expect(JSON.stringify(judge(makeField('json'), b))).toBe('{"a":{"c":2,"d":1},"b":1}')
  })

  it('refuses shared arrays that unfold without end', () => {
    let graph: unknown = 1
    for (let i = 0; i < 60; i += 1) graph = [graph, graph]
    expect(judge(makeField('json'), graph)).toBe(REFUSED)
  })

  it('says what is wrong without the value', () => {
    const error = (field: Field, value: unknown) => {
      const checked = canonicalValue(field, value)
      return checked.ok ? '' : checked.error
    }
    expect(error(makeField('integer'), 3e9)).toBe(
      'must be an integer between -2147483648 and 2147483647',
    )
    expect(error(makeField('string', { maxLength: 3 }), 'secret')).toBe(
      'must have at most 3 characters',
    )
    expect(error(makeField('enum', { values: ['a', 'b'] }), 'secret')).toBe('must be one of a, b')
  })
})
