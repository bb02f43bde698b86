import { expect, test } from 'vitest'
import { JsonNull, readPattern } from '@proj/dbal-contract'
import type { FieldType } from '@proj/dbal-schema'
import { printGlob, printLike } from '../src/dialect/like-pattern.ts'
import { decodeDecimalKey, encodeDecimalKey } from '../src/dialect/sqlite-decimal.ts'
import { createConstraintErrors, dialectFor, postgresql, sqlite } from '../src/index.ts'
import { listForm } from '../src/plan/list-forms.ts'
import { decodeValue } from '../src/value/decode-value.ts'
import { shop } from './shop.ts'

const decode = (type: FieldType, cell: unknown) =>
  decodeValue({ type, scale: 2, values: ['a'] })(cell)

test('cells are decoded in whatever form a driver gives them', () => {
  const moment = new Date('2024-03-10T05:00:00.120Z')
  for (const cell of [
    '2024-03-10T05:00:00.120+00:00',
    '2024-03-10 05:00:00.12',
    '2024-03-10T05:00:00.120000Z',
    moment,
    moment.getTime(),
    BigInt(moment.getTime()),
  ])
    expect(decode('datetime', cell)).toEqual(moment)
  expect(decode('datetime', '0050-01-01 00:00:00')).toEqual(new Date('0050-01-01T00:00:00Z'))
  for (const cell of [9n, '9', 9]) expect(decode('bigint', cell)).toBe(9n)
  for (const cell of [1, 1n, true]) expect(decode('boolean', cell)).toBe(true)
  for (const cell of ['1.5', '1.50', 1.5]) expect(decode('decimal', cell)).toBe('1.50')
  for (const cell of ['10:00:00.5', '10:00:00.500000'])
    expect(decode('time', cell)).toBe('10:00:00.500')
  expect(decode('date', '2024-03-10 00:00:00')).toBe('2024-03-10')
  expect(decode('json', 'null')).toBe(JsonNull)
  expect(decode('json', '{"a":[1]}')).toEqual({ a: [1] })
  expect(decode('bytes', Buffer.from([1, 2]))).toEqual(new Uint8Array([1, 2]))
})

test('cells that are no value of their type are refused', () => {
  const cells: [FieldType, unknown][] = [
    ['uuid', 'nope'],
    ['enum', 'b'],
    ['integer', 1.5],
    ['bigint', 2 ** 60],
    ['float', 'x'],
    ['decimal', '1.234'],
    ['boolean', 2],
    ['datetime', '2024-02-30 00:00:00'],
    ['date', 'today'],
    ['time', '25:00'],
    ['json', '{'],
    ['bytes', 'text'],
    ['string', 5],
  ]
  for (const [type, cell] of cells)
    expect(() => decode(type, cell)).toThrow(expect.objectContaining({ code: 'DATA_CORRUPT' }))
})

test('binds are plain, whatever the type', () => {
  const moment = new Date('2024-03-10T05:00:00.120Z')
  expect(sqlite.encode({ type: 'datetime' })(moment)).toBe('2024-03-10T05:00:00.120+00:00')
  expect(postgresql.encode({ type: 'datetime' })(moment)).toBe('2024-03-10 05:00:00.120')
  expect(sqlite.encode({ type: 'boolean' })(true)).toBe(1)
  expect(postgresql.encode({ type: 'boolean' })(true)).toBe(true)
  expect(sqlite.encode({ type: 'decimal', scale: 2 })('1.5')).toBe('1.50')
  expect(sqlite.encode({ type: 'decimal', scale: 2 })('1.505')).toBe('1.505')
  expect(sqlite.encode({ type: 'json' })({ b: 1, a: JsonNull as never })).toBe('{"a":null,"b":1}')
  expect(sqlite.encode({ type: 'json' })(JsonNull)).toBe('null')
  expect(sqlite.encode({ type: 'bigint' })(5)).toBe(5n)
  for (const name of ['sqlite', 'postgresql', 'mysql', 'duckdb'] as const)
    expect(dialectFor(name).encode({ type: 'json' })(undefined)).toBeNull()
})

test('the keys of decimals sort as the decimals do', () => {
  const decimals = ['-10.5', '-1.2', '-1.000000000000000001', '-0.5', '0', '0.05', '0.5', '2', '10']
  const keys = decimals.map((value) => String(encodeDecimalKey(value)))
  expect([...keys].sort()).toEqual(keys)
  expect(decodeDecimalKey(keys[2] ?? '')).toBe('-1.000000000000000001')
})

test('patterns keep their meaning in each syntax', () => {
  const steps = readPattern('50\\%_[a*]?\\')
  expect(printLike(steps)).toBe('50\\%_[a*]?\\\\')
  expect(printGlob(steps)).toBe('50%?[[]a[*]][?]\\')
})

test('literals cannot end early', () => {
  expect(sqlite.literal(`a'b`)).toBe(`'a''b'`)
  expect(sqlite.quote('a"b')).toBe('"a""b"')
  expect(dialectFor('mysql').literal(`a\\'b`)).toBe("CONVERT(X'615c2762' USING utf8mb4)")
  expect(dialectFor('mysql').quote('a`b')).toBe('`a``b`')
  expect(postgresql.literal(new Uint8Array([255]))).toBe(`'\\xff'::bytea`)
})

test('lists take few forms', () => {
  const forms = [undefined, [], [1], [1, 2, 3], Array(256).fill(1), Array(257).fill(1)]
  expect(forms.map((list) => listForm(list, 'integer'))).toEqual(['absent', 0, 1, 4, 256, 'json'])
  expect(
    listForm(
      Array.from({ length: 257 }, () => new Uint8Array()),
      'bytes',
    ),
  ).toBe(512)
})

test('constraints are told by name or by columns, in the words of the model', () => {
  const errors = createConstraintErrors(shop)
  const fields = (error: {
    readonly details?: { readonly fields?: readonly { field: string }[] }
  }) => error.details?.fields?.map(({ field }) => field)
  expect(fields(errors.unique({ table: 'orders', columns: ['customer_id'] }))).toEqual([
    'customerId',
  ])
  expect(fields(errors.unique({ name: 'orders_pkey' }))).toEqual(['id'])
  expect(fields(errors.unique({ table: 'orders', name: 'PRIMARY' }))).toEqual(['id'])
  expect(fields(errors.foreignKey({ name: 'orders_customer_id_fkey' }))).toEqual(['customerId'])
  expect(fields(errors.check({ name: 'orders_sane_units_check' }))).toEqual(['units'])
  expect(fields(errors.check({ name: 'customers_tier_values' }))).toEqual(['tier'])
  expect(fields(errors.required({ table: 'customers', columns: ['name'] }))).toEqual(['name'])
  expect(fields(errors.required({ table: 'elsewhere', columns: ['secret'] }))).toEqual([])
})
