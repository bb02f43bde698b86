import type { Model, Row, Value } from '@proj/dbal-contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Risk } from '../src/index.ts'
import { model, thing } from './models.ts'
import { insert, push, select } from './store-rows.ts'
import { targets, type TestDatabase } from './targets.ts'

interface Conversion {
  readonly from: string
  readonly to: string
  readonly risk: Risk
  /** Stored values to what they become. */
  readonly kept: readonly (readonly [from: Value, to: Value])[]
  /** Values that make the push fail. */
  readonly misfits?: readonly Value[]
}

const DECIMAL = (precision: number, scale: number): string =>
  `decimal, precision: ${precision}, scale: ${scale}`
const ID = '0190a8a0-0000-7000-8000-00000000abcd'
const at = (text: string): Date => new Date(text)

const CONVERSIONS: readonly Conversion[] = [
  {
    from: 'integer',
    to: 'bigint',
    risk: 'safe',
    kept: [
      [-2_147_483_648, -2_147_483_648n],
      [7, 7n],
    ],
  },
  {
    from: 'integer',
    to: 'float',
    risk: 'safe',
    kept: [
      [-3, -3],
      [2_147_483_647, 2_147_483_647],
    ],
  },
  {
    from: 'integer',
    to: DECIMAL(20, 2),
    risk: 'safe',
    kept: [
      [-3, '-3.00'],
      [0, '0.00'],
    ],
  },
  { from: 'integer', to: DECIMAL(4, 2), risk: 'may_fail', kept: [[-99, '-99.00']], misfits: [100] },
  { from: 'integer', to: 'string', risk: 'safe', kept: [[-3, '-3']] },
  {
    from: 'integer',
    to: 'boolean',
    risk: 'may_fail',
    kept: [
      [0, false],
      [1, true],
    ],
    misfits: [2, -1],
  },
  {
    from: 'bigint',
    to: 'integer',
    risk: 'may_fail',
    kept: [[-2_147_483_648n, -2_147_483_648]],
    misfits: [2_147_483_648n],
  },
  {
    from: 'bigint',
    to: 'float',
    risk: 'loses_data',
    kept: [[9_007_199_254_740_992n, 9_007_199_254_740_992]],
  },
  {
    from: 'bigint',
    to: DECIMAL(18, 0),
    risk: 'may_fail',
    kept: [[-999_999_999_999_999_999n, '-999999999999999999']],
    misfits: [1_000_000_000_000_000_000n],
  },
  {
    from: 'bigint',
    to: 'string',
    risk: 'safe',
    kept: [[9_223_372_036_854_775_807n, '9223372036854775807']],
  },
  {
    from: 'bigint',
    to: 'datetime',
    risk: 'may_fail',
    kept: [
      [1_714_979_289_010n, at('2024-05-06T07:08:09.010Z')],
      [0n, at('1970-01-01T00:00:00Z')],
      [-1n, at('1969-12-31T23:59:59.999Z')],
    ],
    misfits: [9_223_372_036_854_775_807n],
  },
  {
    from: 'float',
    to: 'integer',
    risk: 'loses_data',
    kept: [
      [3, 3],
      [-3.25, -3],
      [2.5, 3],
      [-2.5, -3],
      [0.49999999999999994, 0],
    ],
    misfits: [3e10],
  },
  {
    from: 'float',
    to: DECIMAL(6, 2),
    risk: 'loses_data',
    kept: [
      [3.125, '3.13'],
      [-0.001, '0.00'],
    ],
    misfits: [10_000],
  },
  { from: 'float', to: 'string', risk: 'safe', kept: [[-3.25, '-3.25']] },
  { from: DECIMAL(6, 2), to: DECIMAL(8, 4), risk: 'safe', kept: [['-1.25', '-1.2500']] },
  { from: DECIMAL(6, 0), to: DECIMAL(8, 2), risk: 'safe', kept: [['-12', '-12.00']] },
  {
    from: DECIMAL(8, 4),
    to: DECIMAL(8, 2),
    risk: 'loses_data',
    kept: [
      ['-1.2500', '-1.25'],
      ['-0.0010', '0.00'],
      ['-0.0049', '0.00'],
      ['-0.0050', '-0.01'],
      ['1.2449', '1.24'],
      ['1.2450', '1.25'],
      ['-1.2450', '-1.25'],
      ['99.9950', '100.00'],
    ],
  },
  {
    from: DECIMAL(18, 4),
    to: DECIMAL(18, 2),
    risk: 'loses_data',
    kept: [
      [`-${'9'.repeat(14)}.9950`, `-1${'0'.repeat(14)}.00`],
      [`${'1'.repeat(13)}9.9999`, `${'1'.repeat(12)}20.00`],
    ],
  },
  {
    from: DECIMAL(8, 2),
    to: DECIMAL(8, 0),
    risk: 'loses_data',
    kept: [
      ['-12.00', '-12'],
      ['12.50', '13'],
      ['-0.50', '-1'],
      ['0.49', '0'],
    ],
  },
  {
    from: DECIMAL(4, 2),
    to: DECIMAL(2, 0),
    risk: 'loses_data',
    kept: [['98.50', '99']],
    misfits: ['99.50'],
  },
  {
    from: DECIMAL(8, 2),
    to: DECIMAL(6, 2),
    risk: 'may_fail',
    kept: [['-9999.99', '-9999.99']],
    misfits: ['10000.00'],
  },
  {
    from: DECIMAL(12, 2),
    to: 'integer',
    risk: 'loses_data',
    kept: [
      ['-12.00', -12],
      ['2.49', 2],
      ['2.50', 3],
      ['-2.50', -3],
    ],
    misfits: ['3000000000.00'],
  },
  { from: DECIMAL(8, 2), to: 'float', risk: 'loses_data', kept: [['-12.25', -12.25]] },
  { from: DECIMAL(8, 2), to: 'string', risk: 'safe', kept: [['-12.25', '-12.25']] },
  {
    from: 'boolean',
    to: 'integer',
    risk: 'safe',
    kept: [
      [true, 1],
      [false, 0],
    ],
  },
  {
    from: 'boolean',
    to: 'bigint',
    risk: 'safe',
    kept: [
      [true, 1n],
      [false, 0n],
    ],
  },
  {
    from: 'boolean',
    to: 'string',
    risk: 'safe',
    kept: [
      [true, 'true'],
      [false, 'false'],
    ],
  },
  {
    from: 'datetime',
    to: 'bigint',
    risk: 'safe',
    kept: [
      [at('2024-05-06T07:08:09.010Z'), 1_714_979_289_010n],
      [at('1969-12-31T23:59:59.999Z'), -1n],
      [at('1969-12-31T23:59:59.000Z'), -1000n],
    ],
  },
  {
    from: 'datetime',
    to: 'date',
    risk: 'loses_data',
    kept: [[at('2024-05-06T23:59:59.999Z'), '2024-05-06']],
  },
  {
    from: 'datetime',
    to: 'string',
    risk: 'safe',
    kept: [[at('2024-05-06T07:08:09.010Z'), '2024-05-06T07:08:09.010Z']],
  },
  {
    from: 'date',
    to: 'datetime',
    risk: 'safe',
    kept: [['2024-05-06', at('2024-05-06T00:00:00Z')]],
  },
  { from: 'date', to: 'string', risk: 'safe', kept: [['2024-05-06', '2024-05-06']] },
  {
    from: 'string',
    to: 'integer',
    risk: 'may_fail',
    kept: [['-42', -42]],
    misfits: ['x', '', '3000000000'],
  },
  {
    from: 'string',
    to: 'bigint',
    risk: 'may_fail',
    kept: [['9223372036854775807', 9_223_372_036_854_775_807n]],
    misfits: ['x'],
  },
  { from: 'string', to: 'float', risk: 'may_fail', kept: [['-4.5', -4.5]], misfits: ['x'] },
  {
    from: 'string',
    to: DECIMAL(6, 2),
    risk: 'may_fail',
    kept: [
      ['-4.5', '-4.50'],
      ['007', '7.00'],
    ],
    misfits: ['x', '10000'],
  },
  {
    from: 'string',
    to: 'boolean',
    risk: 'may_fail',
    kept: [
      ['true', true],
      ['false', false],
    ],
    misfits: ['x', '2'],
  },
  {
    from: 'string',
    to: 'date',
    risk: 'may_fail',
    kept: [['2024-02-29', '2024-02-29']],
    misfits: ['x', '2023-02-29'],
  },
  {
    from: 'string',
    to: 'datetime',
    risk: 'may_fail',
    kept: [['2024-05-06T07:08:09.010Z', at('2024-05-06T07:08:09.010Z')]],
    misfits: ['x', '2024-13-01T00:00:00Z'],
  },
  {
    from: 'string',
    to: 'time',
    risk: 'may_fail',
    kept: [['07:08:09', '07:08:09']],
    misfits: ['x', '25:00:00'],
  },
  { from: 'uuid', to: 'string', risk: 'safe', kept: [[ID, ID]] },
  { from: 'string', to: 'uuid', risk: 'may_fail', kept: [[ID.toUpperCase(), ID]], misfits: ['x'] },
  { from: 'string', to: 'text', risk: 'safe', kept: [['é', 'é']] },
  { from: 'bytes', to: 'integer', risk: 'loses_data', kept: [[new Uint8Array([1]), null]] },
  { from: 'integer', to: 'json', risk: 'loses_data', kept: [[1, null]] },
]

describe.each(targets)('types that change on $name', (target) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await target.create()
  })
  afterEach(() => database.drop())

  it.each(CONVERSIONS)('$from to $to', async ({ from, to, risk, kept }) => {
    const { before, after } = models(from, to)
    await push(database, before)
    await insert(database, before, 'Thing', rowsOf([...kept.map(([value]) => value), null]))
    const { steps } = await push(database, after)
    const changes = steps.filter(({ kind }) => kind !== 'rebuild_table')
    // MySQL's texts have a length, so that there is something to do for a longer one.
    expect(changes.map((step) => step.risk)).toEqual(
      changes.length === 0 && from === 'string' ? [] : [risk],
    )
    const values = [...kept.map(([, value]) => value), null]
    expect(await select(database, after, 'Thing')).toEqual(rowsOf(values))
  })

  const misfits = CONVERSIONS.flatMap((conversion) =>
    (conversion.misfits ?? []).map((misfit) => ({ ...conversion, misfit })),
  )

  it.each(misfits)('$from to $to refuses $misfit', async ({ from, to, kept, misfit }) => {
    const { before, after } = models(from, to)
    const rows = rowsOf([...kept.map(([value]) => value), misfit])
    await push(database, before)
    await insert(database, before, 'Thing', rows)
    const error = await push(database, after).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ name: 'DBALError', code: 'VALIDATION_ERROR' })
    expect(JSON.stringify(error)).toContain('things.value')
    if (target.dialect !== 'mysql') expect(await select(database, before, 'Thing')).toEqual(rows)
    // Without the row the push goes on, on MySQL from where it stopped.
    await database.run(`DELETE FROM things WHERE id = ${rows.length - 1}`)
    await push(database, after)
    const values = kept.map(([, value]) => value)
    expect(await select(database, after, 'Thing')).toEqual(rowsOf(values))
  })
})

function models(from: string, to: string): { readonly before: Model; readonly after: Model } {
  return {
    before: model(thing([`value: { type: ${from}, optional: true }`])),
    after: model(thing([`value: { type: ${to}, optional: true }`])),
  }
}

function rowsOf(values: readonly Value[]): readonly Row[] {
  return values.map((value, id) => ({ id, value }))
}
