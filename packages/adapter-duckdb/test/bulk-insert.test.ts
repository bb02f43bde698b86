// The appender stores what INSERT would have stored.
import type { Adapter, Value } from '@proj/dbal-contract'
import { compileWorkspace, type Model } from '@proj/dbal-schema'
import { afterEach, describe, expect, it } from 'vitest'
import { openDuckdb } from '../src/index.ts'

const PARTS = `
entity: Part
fields:
  id: { type: integer, primary: true }
  colour: { type: string, default: grey }
acl: {}
`

const CELLS = `
entity: Cell
fields:
  id: { type: integer, primary: true }
  string: { type: string, nullable: true }
  text: { type: text, nullable: true }
  uuid: { type: uuid, nullable: true }
  enum: { type: enum, values: [a, bcdefghijklmnopq], nullable: true }
  json: { type: json, nullable: true }
  integer: { type: integer, nullable: true }
  bigint: { type: bigint, nullable: true }
  float: { type: float, nullable: true }
  tiny: { type: decimal, precision: 4, scale: 2, nullable: true }
  small: { type: decimal, precision: 9, scale: 0, nullable: true }
  middle: { type: decimal, precision: 18, scale: 6, nullable: true }
  large: { type: decimal, precision: 38, scale: 10, nullable: true }
  boolean: { type: boolean, nullable: true }
  datetime: { type: datetime, nullable: true }
  date: { type: date, nullable: true }
  time: { type: time, nullable: true }
  bytes: { type: bytes, nullable: true }
acl: {}
`

const TEXTS = [
  '',
  'x',
  'twelve bytes',
  'thirteen byte',
  'long '.repeat(100),
  'größe',
  'zwölf bytesß',
  '日本語',
  '🙂',
  '\u007f\u0080',
  "it's",
]

/** Values of each field, the first and the last that it has among them. */
const VALUES: Readonly<Record<string, readonly Value[]>> = {
  string: TEXTS,
  text: [...TEXTS].reverse(),
  uuid: ['00000000-0000-4000-8000-000000000000', 'ffffffff-ffff-4fff-bfff-ffffffffffff'],
  enum: ['a', 'bcdefghijklmnopq'],
  json: [{ a: [1, 'ü', null] }, [], 'text', 1.5, true],
  integer: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)],
  bigint: [0n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)],
  float: [0, 0.1, -1.5, Number.MAX_VALUE, Number.MIN_VALUE, 5e-324],
  tiny: ['0.00', '99.99', '-99.99', '-0.01'],
  small: ['0', '999999999', '-999999999'],
  middle: ['0.000000', '999999999999.999999', '-999999999999.999999', '-0.000001'],
  large: ['0.0000000000', `${'9'.repeat(28)}.${'9'.repeat(10)}`, `-${'9'.repeat(28)}.9999999999`],
  boolean: [true, false],
  datetime: [
    new Date(0),
    new Date(-1),
    new Date('0001-01-01T00:00:00.000Z'),
    new Date('9999-12-31T23:59:59.999Z'),
  ],
  date: ['1970-01-01', '1969-12-31', '0001-01-01', '9999-12-31', '2024-02-29'],
  time: ['00:00:00', '23:59:59', '12:34:56'],
  bytes: [new Uint8Array(0), new Uint8Array([0, 255]), new Uint8Array(300).fill(7)],
}

const FIELDS = ['id', ...Object.keys(VALUES)]
const EVERY = { kind: 'true' } as const

const open = new Set<Adapter>()

afterEach(async () => {
  for (const adapter of open) await adapter.close()
  open.clear()
})

function compile(text: string): Model {
  const { model } = compileWorkspace([{ path: 'entities/one.yaml', text }])
  if (model === undefined) throw new Error('the model does not compile')
  return model
}

async function openModel(text: string): Promise<Adapter> {
  const adapter = await openDuckdb({ model: compile(text) })
  open.add(adapter)
  return adapter
}

type Cells = Readonly<Record<string, Value>>

async function insert(adapter: Adapter, fields: readonly string[], rows: readonly Cells[]) {
  const params = rows.flatMap((row) => fields.map((name) => row[name] ?? null))
  await adapter.run({ kind: 'insert', entity: 'Cell', fields }, params)
}

async function stored(adapter: Adapter): Promise<readonly unknown[]> {
  const operand = { kind: 'field', path: [], field: 'id', type: 'integer' } as const
  const sort = [{ operand, direction: 'asc', nulls: 'last' }] as const
  const query = { kind: 'select', entity: 'Cell', fields: FIELDS, where: EVERY, sort } as const
  return (await adapter.run(query, [])).rows
}

/** Every value, and nulls among them, so that each field's come around at another pace. */
function someRows(count: number): Cells[] {
  return Array.from({ length: count }, (_, id) => {
    const row: Record<string, Value> = { id }
    for (const [at, [name, values]] of Object.entries(VALUES).entries())
      row[name] = (id + at) % 7 === 3 ? null : (values[id % values.length] ?? null)
    return row
  })
}

describe('many rows', () => {
  it('give a field that is left out its default, as few do', async () => {
    const adapter = await openModel(PARTS)
    for (const [rows, first] of [
      [2, 0],
      [200, 1000],
    ] as const) {
      const ids = Array.from({ length: rows }, (_, i) => first + i)
      await adapter.run({ kind: 'insert', entity: 'Part', fields: ['id'] }, ids)
    }
    const query = { kind: 'select', entity: 'Part', fields: ['colour'], sort: [] } as const
    const { rows } = await adapter.run({ ...query, where: EVERY }, [])
    expect(new Set(rows.map((row) => row['colour']))).toEqual(new Set(['grey']))
  })

  it('hold what few would hold of every type', async () => {
    const rows = someRows(100)
    const [one, many] = [await openModel(CELLS), await openModel(CELLS)]
    for (let at = 0; at < rows.length; at += 50) await insert(one, FIELDS, rows.slice(at, at + 50))
    await insert(many, FIELDS, rows)
    expect(await stored(many)).toEqual(await stored(one))
  })

  it('hold text that the client would refuse as few do', async () => {
    const refused = ['\0', 'a\0b', 'half \ud800', '\udc00 and longer than a cell']
    const found: unknown[] = []
    for (const count of [1, 100]) {
      const adapter = await openModel(CELLS)
      for (const [id, text] of refused.entries()) {
        const rows = Array.from({ length: count }, (_, at) => ({ id: id * 1000 + at, text }))
        await insert(adapter, ['id', 'text'], rows)
      }
      const texts = ((await stored(adapter)) as readonly Cells[]).map((row) => row['text'])
      found.push([...new Set(texts)])
    }
    expect(found[1]).toEqual(found[0])
    expect(found[0]).toEqual(['\0', 'a\0b', 'half \ufffd', '\ufffd and longer than a cell'])
  })

  it.each([2048, 4097])('hold the values of every type: %i of them', async (count) => {
    const adapter = await openModel(CELLS)
    await insert(adapter, FIELDS, someRows(count))
    expect(await stored(adapter)).toEqual(someRows(count))
  })

  it.each(Object.keys(VALUES))('are null in a field without a value: %s', async (name) => {
    const adapter = await openModel(CELLS)
    const rows = someRows(3000).map((row) => ({ ...row, [name]: null }))
    await insert(
      adapter,
      FIELDS.filter((field) => field !== name),
      rows.slice(0, 1500),
    )
    await insert(adapter, FIELDS, rows.slice(1500))
    const found = (await stored(adapter)) as readonly Cells[]
    expect(found).toHaveLength(3000)
    expect(new Set(found.map((row) => row[name]))).toEqual(new Set([null]))
  })

  it('keep the order of their fields, which is not that of the table', async () => {
    const rows = someRows(150)
    const adapter = await openModel(CELLS)
    await insert(adapter, [...FIELDS].reverse(), rows)
    expect(await stored(adapter)).toEqual(rows)
  })

  it.each(['STRUCT(a INTEGER, b VARCHAR)', 'UNION(x INTEGER, y VARCHAR)', 'INTEGER[]'])(
    'leave a column of %s that is no field to INSERT, which stores nulls',
    async (type) => {
      const adapter = await openModel(CELLS)
      await adapter.schema?.apply([`ALTER TABLE cells ADD COLUMN more ${type}`])
      await insert(adapter, FIELDS, someRows(3000))
      const [found] =
        (await adapter.schema?.query(
          'SELECT count(more)::INTEGER AS "values", count(*)::INTEGER AS "rows" FROM cells',
        )) ?? []
      expect(found).toEqual({ values: 0, rows: 3000 })
    },
  )

  it.each<[string, Value]>([
    ['integer', 2 ** 31],
    ['integer', 0.5],
    ['bigint', 2n ** 63n],
    ['tiny', '100.00'],
    ['small', '1000000000'],
    ['middle', '1000000000000.000000'],
    ['large', `1${'0'.repeat(28)}.0000000000`],
    ['tiny', '0.001'],
    ['date', 'no date'],
    ['time', 'no time'],
    ['bytes', 'no bytes'],
  ])('are refused together where %s has no room for one', async (name, value) => {
    const adapter = await openModel(CELLS)
    const rows = someRows(3000).map((row, at) => (at === 2999 ? { ...row, [name]: value } : row))
    await expect(insert(adapter, FIELDS, rows)).rejects.toThrow('The database could not answer')
    expect(await stored(adapter)).toEqual([])
    await insert(adapter, FIELDS, someRows(100))
    expect(await stored(adapter)).toHaveLength(100)
  })
})
